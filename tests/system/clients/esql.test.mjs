// ES|QL through Elasticsearch's own JavaScript client, versions 8 and 9, and on the command line.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { Client as Client8 } from "@elastic/elasticsearch";
import { Client as Client9 } from "elasticsearch-9";
import { index_of, order_events, unique_run } from "./events.mjs";
import { expect_stored } from "./expect.mjs";
import * as ordertrail from "./ordertrail.mjs";

const run = unique_run("esql");
const events = order_events(run);
const from_run = `FROM * | WHERE run_id == "${run}"`;

function counted_by(key) {
    const counts = new Map();
    for (const event of events) counts.set(event[key], (counts.get(event[key]) ?? 0) + 1);
    return [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
}

before(async () => {
    const client = new Client8({ node: ordertrail.url, maxRetries: 0 });
    const operations = events.flatMap((event) => [
        { index: { _index: index_of(event, "prod") } },
        event,
    ]);
    await client.bulk({ operations });
    await expect_stored(run, events);
    await client.close();
});

for (const [version, Client] of [
    [8, Client8],
    [9, Client9],
]) {
    describe(`ES|QL by @elastic/elasticsearch ${version}`, () => {
        const client = new Client({ node: ordertrail.url, maxRetries: 0 });
        after(() => client.close());

        test("groups are those of the events that were sent", async () => {
            const answer = await client.esql.query({
                query: `${from_run} | STATS n = COUNT(*) BY service_name | SORT service_name`,
            });
            assert.deepEqual(
                answer.columns.map(({ name, type }) => [name, type]),
                [
                    ["n", "long"],
                    ["service_name", "keyword"],
                ],
            );
            const wanted = counted_by("service_name").map(([name, count]) => [count, name]);
            assert.deepEqual(answer.values, wanted);
        });

        test("the client's own helper gives records", async () => {
            const { records } = await client.helpers
                .esql({
                    query: `${from_run} AND order_id == ? | STATS n = COUNT(*)`,
                    params: [`ORD-${run}-7`],
                })
                .toRecords();
            const wanted = events.filter((event) => event.order_id === `ORD-${run}-7`).length;
            assert.deepEqual(records, [{ n: wanted }]);
        });

        test("a wrong query is refused with its place", async () => {
            await assert.rejects(
                client.esql.query({ query: "FROM * | KEEP nonsense" }),
                (error) => {
                    assert.equal(error.statusCode, 400);
                    assert.equal(error.body.error.type, "verification_exception");
                    assert.match(error.body.error.reason, /line 1:15: Unknown column \[nonsense\]/);
                    return true;
                },
            );
        });

        test("CSV", async () => {
            const text = await client.esql.query({
                query: `${from_run} | STATS n = COUNT(*)`,
                format: "csv",
            });
            assert.equal(text, `n\r\n${events.length}\r\n`);
        });
    });
}

describe("ordertrail query --language esql", () => {
    const program = process.env.ORDERTRAIL_BINARY;
    const ask = (...words) => ["query", "--language", "esql", "--server", ordertrail.url, ...words];

    test("prints rows", () => {
        const query = `${from_run} | STATS n = COUNT(*) BY service_name | SORT service_name`;
        const lines = execFileSync(program, ask("--format", "ndjson", query), { encoding: "utf8" });
        const rows = lines.trim().split("\n").map(JSON.parse);
        const wanted = counted_by("service_name").map(([service_name, n]) => ({ n, service_name }));
        assert.deepEqual(rows, wanted);
    });

    test("points at what is wrong", () => {
        const wrong = spawnSync(program, ask("FROM * | KEEP nonsense"), { encoding: "utf8" });
        assert.equal(wrong.status, 2);
        assert.match(wrong.stderr, /Unknown column[^]*\n {2}FROM \* \| KEEP nonsense\n {16}\^/);
    });
});
