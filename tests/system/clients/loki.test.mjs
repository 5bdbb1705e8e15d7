// Services that log with winston through winston-loki, in both of its encodings.
import assert from "node:assert/strict";
import { test } from "node:test";
import winston from "winston";
import LokiTransport from "winston-loki";
import { order_events, unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

async function log_all(options, log) {
    const complaints = [];
    const transport = new LokiTransport({
        host: ordertrail.url,
        batching: true,
        interval: 1,
        onConnectionError: (error) => complaints.push(error),
        ...options,
    });
    const logger = winston.createLogger({ level: "debug", transports: [transport] });
    log(logger);
    await transport.flush();
    logger.close();
    assert.deepEqual(complaints, []);
}

for (const [name, json] of [
    ["JSON", true],
    ["protobuf and snappy", false],
]) {
    test(`winston-loki, ${name}: labels are fields`, async () => {
        const run = unique_run("loki");
        const labels = { app: "Shop API", environment: "loki" };
        await log_all({ json, labels }, (logger) => {
            // Metadata go beside the line in JSON only, and in the line's text in both.
            logger.warn('Заказ "создан"\n{}', {
                step: 3,
                labels: { event_type: "ORDER_CREATED", order_id: `ORD-${run}` },
            });
        });
        const [event] = await ordertrail.query(`order_id: "ORD-${run}"`, "shop-loki");
        assert.ok(event.message.startsWith('Заказ "создан"\n{}'), event.message);
        assert.equal(event.app, "Shop API");
        if (json) assert.equal(event.step, "3");
        const found =
            `order_id: "ORD-${run}" and service_name: "Shop API" and level: WARN` +
            " and event_type: ORDER_CREATED and environment: loki";
        assert.equal(await ordertrail.count(found, "shop-loki"), 1);
    });

    test(`winston-loki, ${name}: lines in JSON are events`, async () => {
        const run = unique_run("loki");
        const events = order_events(run);
        const format = winston.format.printf((info) => JSON.stringify(info.event));
        await log_all({ json, format, labels: { job: "orders", run } }, (logger) => {
            for (const event of events) logger.info(event.message, { event });
        });
        const stored = await ordertrail.query(`run: "${run}"`);
        assert.equal(stored.length, events.length);
        for (const event of events) {
            const found = stored.filter(
                (one) => one.event_type === event.event_type && one.order_id === event.order_id,
            );
            assert.ok(found.length > 0, JSON.stringify(event));
            assert.equal(found[0].job, "orders");
        }
    });
}

test("winston-loki is told of a push that is refused", async () => {
    const answer = await fetch(`${ordertrail.url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: '{"streams":[{"stream":{},"values":[["soon","x"]]}]}',
    });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /the time of an entry/);
});
