// Elasticsearch's own JavaScript client, versions 8 and 9, writing what a service logs.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Client as Client8 } from "@elastic/elasticsearch";
import { Client as Client9 } from "elasticsearch-9";
import { index_of, order_events, unique_run } from "./events.mjs";
import { expect_order, expect_stored } from "./expect.mjs";
import * as ordertrail from "./ordertrail.mjs";

for (const [version, Client] of [
    [8, Client8],
    [9, Client9],
]) {
    describe(`@elastic/elasticsearch ${version}`, () => {
        const client = new Client({ node: ordertrail.url, maxRetries: 0 });
        after(() => client.close());

        test("takes the server for Elasticsearch", async () => {
            const info = await client.info();
            assert.equal(info.tagline, "You Know, for Search");
            assert.match(info.version.number, /^\d+\.\d+\.\d+$/);
        });

        test("client.bulk: 200 events are found one by one, by order and as a journey", async () => {
            const run = unique_run(`bulk${version}`);
            const events = order_events(run);
            const operations = events.flatMap((event) => [
                { index: { _index: index_of(event, "prod") } },
                event,
            ]);
            const answer = await client.bulk({ operations });

            assert.equal(answer.errors, false);
            assert.equal(answer.items.length, 200);
            for (const [at, item] of answer.items.entries()) {
                assert.equal(item.index.status, 201);
                assert.equal(item.index.result, "created");
                assert.equal(item.index._index, index_of(events[at], "prod"));
            }
            assert.equal(new Set(answer.items.map((item) => item.index._id)).size, 200);
            await expect_stored(run, events);
            await expect_order(`ORD-${run}-7`);
            assert.equal(await ordertrail.count(`run_id: "${run}"`, "crm-prod"), 36);
        });

        test("client.helpers.bulk: the same 200 events sent twice are stored once", async () => {
            const run = unique_run(`helper${version}`);
            const events = order_events(run);
            const send = async () => {
                const dropped = [];
                const stats = await client.helpers.bulk({
                    datasource: events,
                    flushBytes: 8 << 10,
                    concurrency: 3,
                    onDocument: (event) => ({
                        create: {
                            _index: index_of(event, "test"),
                            _id: `${event.order_id ?? event.page_number}-${event.event_type}-${run}`,
                        },
                    }),
                    onDrop: (drop) => dropped.push(drop.status),
                });
                return { stats, dropped };
            };

            const first = await send();
            assert.deepEqual(first.dropped, []);
            assert.equal(first.stats.successful, 200);
            const second = await send();
            assert.equal(second.stats.successful, 0);
            assert.deepEqual(second.dropped, Array(200).fill(409));
            await expect_stored(run, events);
            await expect_order(`ORD-${run}-0`);
        });

        test("client.bulk with create and an index for the whole request", async () => {
            const run = unique_run(`create${version}`);
            const events = order_events(run).filter((event) => event.service_name === "Shop API");
            const operations = events.flatMap((event, at) => [
                { create: { _id: `${run}-${at}` } },
                event,
            ]);
            const answer = await client.bulk({
                index: "shop-stage",
                operations,
                refresh: "wait_for",
            });

            assert.equal(answer.errors, false);
            assert.deepEqual(
                answer.items.map((item) => item.create._id),
                events.map((_, at) => `${run}-${at}`),
            );
            assert.equal(await ordertrail.count(`run_id: "${run}"`, "shop-stage"), events.length);
        });

        test("client.bulk: one event that is no object fails alone", async () => {
            const run = unique_run(`broken${version}`);
            const good = order_events(run)[0];
            const answer = await client.bulk({
                operations: [
                    { index: { _index: "shop-test" } },
                    good,
                    { index: { _index: "shop-test" } },
                    [1, 2],
                ],
            });

            assert.equal(answer.errors, true);
            assert.equal(answer.items[0].index.status, 201);
            assert.equal(answer.items[1].index.status, 400);
            assert.ok(answer.items[1].index.error.type);
            assert.equal(await ordertrail.count(`run_id: "${run}"`), 1);
        });

        test("DEBUG is stored for test, acknowledged and counted for prod", async () => {
            const run = unique_run(`debug${version}`);
            const events = Array.from({ length: 20 }, (_, step) => ({
                "@timestamp": new Date().toISOString(),
                level: "DEBUG",
                service_name: "MES API",
                message: `price calculation of ORD-${run}: step ${step}`,
                run_id: run,
            }));
            const send = (index) =>
                client.bulk({
                    index,
                    operations: events.flatMap((event) => [{ create: {} }, event]),
                });

            const test_answer = await send("mes-test");
            assert.equal(test_answer.errors, false);
            assert.equal(await ordertrail.count(`run_id: "${run}"`), 20);

            const filtered_before = await ordertrail.metric(/^ordertrail_filtered_events_total/);
            const prod_answer = await send("mes-prod");
            assert.equal(prod_answer.errors, false);
            assert.equal(prod_answer.items.length, 20);
            // As Elasticsearch answers for what an ingest pipeline drops.
            for (const item of prod_answer.items) {
                assert.equal(item.create.status, 200);
                assert.equal(item.create.result, "noop");
            }
            assert.equal(
                await ordertrail.metric(/^ordertrail_filtered_events_total/),
                filtered_before + 20,
            );
            assert.equal(await ordertrail.count(`run_id: "${run}"`, "mes-prod"), 0);
            assert.equal(await ordertrail.count(`run_id: "${run}"`), 20);
        });
    });
}
