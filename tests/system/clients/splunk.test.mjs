// Services that log to Splunk's HTTP Event Collector with Splunk's own library.
import assert from "node:assert/strict";
import { test } from "node:test";
import splunk from "splunk-logging";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

function send_all(logger, payloads) {
    for (const payload of payloads) logger.send(payload);
    return new Promise((done, fail) => {
        logger.flush((error, response, body) => (error ? fail(error) : done({ response, body })));
    });
}

test("splunk-logging: a batch of objects and texts", async () => {
    const run = unique_run("splunk");
    const logger = new splunk.Logger({ token: "0000-1111", url: ordertrail.url, maxBatchCount: 0 });
    const complaints = [];
    logger.error = (error) => complaints.push(error);
    const metadata = { source: "orders", sourcetype: "json", index: "shop-splunk", host: "node-7" };
    const { response, body } = await send_all(logger, [
        {
            message: { order_id: `ORD-${run}`, text: "Заказ создан" },
            severity: "warn",
            metadata: { ...metadata, time: 1795546689.78 },
        },
        { message: `plain ${run}`, metadata },
    ]);
    assert.equal(response.statusCode, 200);
    assert.deepEqual(body, { text: "Success", code: 0 });
    assert.deepEqual(complaints, []);

    // The library nests what it is given under `message`, beside `severity`.
    const found = 'level: WARN and source: orders and sourcetype: json and host: "node-7"';
    const [event] = await ordertrail.query(
        `message.order_id: "ORD-${run}" and ${found}`,
        "shop-splunk",
    );
    assert.equal(event["@timestamp"], "2026-11-24T18:58:09.780Z");
    assert.equal(await ordertrail.count(`message: "plain ${run}"`, "shop-splunk"), 1);
});

test("raw lines, fields and health", async () => {
    const run = unique_run("splunk");
    const post = (path, body) =>
        fetch(`${ordertrail.url}/services/collector${path}`, { method: "POST", body });
    assert.equal((await post(`/raw?sourcetype=${run}`, "one\ntwo\n")).status, 200);
    assert.equal(await ordertrail.count(`sourcetype: "${run}"`), 2);
    const event = { event: { order_id: `ORD-${run}` }, fields: { step: 3 } };
    assert.equal((await post("/event", JSON.stringify(event))).status, 200);
    assert.equal(await ordertrail.count(`order_id: "ORD-${run}" and step: 3`), 1);
    const wrong = await post("", '{"event":"a"}{"time":1}');
    assert.equal(wrong.status, 400);
    assert.deepEqual(await wrong.json(), {
        text: "Event field is required",
        code: 12,
        "invalid-event-number": 1,
    });
    const health = await fetch(`${ordertrail.url}/services/collector/health`);
    assert.deepEqual(await health.json(), { text: "HEC is healthy", code: 17 });
});
