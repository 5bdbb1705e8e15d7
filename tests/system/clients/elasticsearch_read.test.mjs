// Elasticsearch's own JavaScript client, versions 8 and 9, reading what was stored.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client as Client8 } from "@elastic/elasticsearch";
import { Client as Client9 } from "elasticsearch-9";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

for (const [version, Client] of [
    [8, Client8],
    [9, Client9],
]) {
    describe(`@elastic/elasticsearch ${version} reading`, () => {
        const client = new Client({ node: ordertrail.url, maxRetries: 0 });
        const run = unique_run(`read${version}`);
        const index = `read-${version}-test`;
        const mine = { term: { "run_id.keyword": run } };
        const events = Array.from({ length: 250 }, (_, at) => ({
            "@timestamp": new Date(Date.UTC(2026, 10, 24, 10, 0, Math.floor(at / 3))).toISOString(),
            level: at % 5 === 0 ? "ERROR" : "INFO",
            service_name: "Shop API",
            order_id: `ORD-${at % 20}`,
            message: at % 2 === 0 ? "payment failed again" : "payment succeeded",
            number: at,
            run_id: run,
        }));

        before(async () => {
            const operations = events.flatMap((event) => [
                { create: { _index: index, _id: `${run}-${event.number}` } },
                event,
            ]);
            assert.equal((await client.bulk({ operations })).errors, false);
        });
        after(() => client.close());

        test("search: hits as they were sent, in order, and all pages by search_after", async () => {
            const query = {
                bool: { filter: [mine, { match_phrase: { message: "failed again" } }] },
            };
            const sort = [{ "@timestamp": "desc" }, { number: "desc" }];
            const seen = [];
            let search_after;
            do {
                const page = await client.search({ index, query, sort, size: 40, search_after });
                assert.equal(page.hits.total.value, 125);
                seen.push(...page.hits.hits);
                search_after = page.hits.hits.at(-1)?.sort;
            } while (search_after);
            const wanted = events.filter((event) => event.number % 2 === 0).reverse();
            assert.deepEqual(
                seen.map((hit) => hit._source),
                wanted,
            );
        });

        test("count, exists, get, mget and msearch", async () => {
            const query = { bool: { must: [mine, { term: { level: "ERROR" } }] } };
            assert.equal((await client.count({ index, query })).count, 50);
            assert.equal(await client.indices.exists({ index }), true);
            assert.equal(await client.indices.exists({ index: "nowhere" }), false);
            assert.equal(await client.exists({ index, id: `${run}-7` }), true);
            assert.deepEqual((await client.get({ index, id: `${run}-7` }))._source, events[7]);
            const several = await client.mget({ index, ids: [`${run}-1`, `${run}-none`] });
            assert.deepEqual(
                several.docs.map((each) => each.found),
                [true, false],
            );
            const { responses } = await client.msearch({
                searches: [{ index }, { query, size: 0 }, { index: "nowhere" }, { query }],
            });
            assert.equal(responses[0].hits.total.value, 50);
            assert.equal(responses[1].status, 404);
        });

        test("aggregations: buckets, metrics within them, and all pages of a composite", async () => {
            const { aggregations } = await client.search({
                index,
                query: mine,
                size: 0,
                aggs: {
                    time: {
                        date_histogram: { field: "@timestamp", fixed_interval: "1m" },
                        aggs: { highest: { max: { field: "number" } } },
                    },
                    levels: { terms: { field: "level" } },
                    numbers: { percentiles: { field: "number", percents: [50] } },
                },
            });
            assert.deepEqual(
                aggregations.time.buckets.map((each) => [each.doc_count, each.highest.value]),
                [
                    [180, 179],
                    [70, 249],
                ],
            );
            assert.deepEqual(
                aggregations.levels.buckets.map((each) => [each.key, each.doc_count]),
                [
                    ["INFO", 200],
                    ["ERROR", 50],
                ],
            );
            assert.equal(aggregations.numbers.values["50.0"], 124.5);

            const orders = new Map();
            let after;
            do {
                const page = await client.search({
                    index,
                    query: mine,
                    size: 0,
                    aggs: {
                        all: {
                            composite: {
                                size: 7,
                                after,
                                sources: [{ order: { terms: { field: "order_id" } } }],
                            },
                        },
                    },
                });
                for (const each of page.aggregations.all.buckets)
                    orders.set(each.key.order, each.doc_count);
                after = page.aggregations.all.after_key;
            } while (after);
            assert.equal(orders.size, 20);
            assert.equal(orders.get("ORD-3"), 13);
        });

        test("helpers.scrollDocuments and a point in time give every event once", async () => {
            const scrolled = [];
            for await (const event of client.helpers.scrollDocuments({
                index,
                query: mine,
                size: 60,
            }))
                scrolled.push(event.number);
            assert.deepEqual(
                scrolled.sort((a, b) => a - b),
                events.map((event) => event.number),
            );

            const pit = await client.openPointInTime({ index, keep_alive: "1m" });
            const seen = new Set();
            let search_after;
            do {
                const page = await client.search({
                    pit: { id: pit.id, keep_alive: "1m" },
                    query: mine,
                    sort: ["@timestamp"],
                    size: 70,
                    search_after,
                });
                for (const hit of page.hits.hits) seen.add(hit._source.number);
                search_after = page.hits.hits.at(-1)?.sort;
            } while (search_after);
            assert.equal(seen.size, 250);
            await client.closePointInTime({ id: pit.id });
        });

        test("mappings, field capabilities and errors have the client's shapes", async () => {
            const mapping = await client.indices.getMapping({ index });
            assert.equal(mapping[index].mappings.properties.order_id.type, "keyword");
            assert.equal(mapping[index].mappings.properties.message.fields.keyword.type, "keyword");
            const caps = await client.fieldCaps({ index, fields: ["@timestamp", "number"] });
            assert.equal(caps.fields["@timestamp"].date.type, "date");
            assert.equal(caps.fields.number.long.aggregatable, true);
            await assert.rejects(client.search({ index, query: { frob: {} } }), (error) => {
                assert.equal(error.statusCode, 400);
                assert.equal(error.body.error.root_cause[0].type, "parsing_exception");
                return true;
            });
        });
    });
}
