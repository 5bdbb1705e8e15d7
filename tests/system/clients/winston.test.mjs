// A Node.js service that logs with winston and winston-elasticsearch.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Client } from "@elastic/elasticsearch";
import winston from "winston";
import { ElasticsearchTransport } from "winston-elasticsearch";
import { index_of, order_events, unique_run } from "./events.mjs";
import { expect_order, expect_stored } from "./expect.mjs";
import * as ordertrail from "./ordertrail.mjs";

// A client that remembers its bulk requests: the transport's own end does not wait for all of them.
function watched_client() {
    const client = new Client({ node: ordertrail.url, maxRetries: 0 });
    const requests = [];
    const bulk = client.bulk.bind(client);
    client.bulk = (...words) => {
        const request = bulk(...words);
        requests.push(request);
        return request;
    };
    return { client, requests };
}

// Sends what `log` logs and ends the logger; fails on any complaint of the transport.
async function log_all(options, log) {
    const complaints = [];
    const { client, requests } = watched_client();
    const transport = new ElasticsearchTransport({
        client,
        level: "debug",
        flushInterval: 50,
        retryLimit: 0,
        internalLogger: (...words) => complaints.push(words),
        ...options,
    });
    transport.on("warning", (error) => complaints.push(error));
    const logger = winston.createLogger({ transports: [transport] });
    logger.on("error", (error) => complaints.push(error));
    log(logger);
    const finished = once(transport, "finish");
    logger.end();
    await finished;
    for (const answer of await Promise.all(requests)) assert.equal(answer.errors, false);
    assert.deepEqual(complaints, []);
    await client.close();
}

test("winston-elasticsearch with the unified schema: 200 events, one index per service", async () => {
    const run = unique_run("winston");
    const events = order_events(run);
    // winston's meta is the event; the index comes from the service.
    const transformer = ({ meta }) => ({ ...meta.event, indexInterfix: meta.index });
    const options = { transformer, indexPrefix: "winston", indexSuffixPattern: "[test]" };
    await log_all(options, (logger) => {
        for (const event of events) {
            logger.info(event.message, { event, index: index_of(event, "shop").split("-")[0] });
        }
    });

    await expect_stored(run, events);
    await expect_order(`ORD-${run}-3`);
    assert.equal(await ordertrail.count(`run_id: "${run}"`, "winston-crm-test"), 36);
});

test("winston-elasticsearch as it comes: its own template, index per day, fields nested", async () => {
    const run = unique_run("plain");
    await log_all({}, (logger) => {
        logger.info(`order ORD-${run} is on its way`, { order_id: `ORD-${run}`, run_id: run });
        logger.error(`order ORD-${run} has no file`, { order_id: `ORD-${run}`, run_id: run });
    });

    const found = await ordertrail.query(`fields.run_id: "${run}"`, "logs-*");
    assert.deepEqual(found.map((event) => event.message).sort(), [
        `order ORD-${run} has no file`,
        `order ORD-${run} is on its way`,
    ]);
    assert.deepEqual(found.map((event) => event.severity).sort(), ["error", "info"]);
});

test("winston-elasticsearch into a data stream", async () => {
    const run = unique_run("stream");
    const options = {
        dataStream: true,
        index: "logs-shop-test",
        transformer: ({ meta }) => meta.event,
    };
    const events = order_events(run).filter((event) => event.service_name === "Shop API");
    await log_all(options, (logger) => {
        for (const event of events) logger.info(event.message, { event });
    });
    assert.equal(await ordertrail.count(`run_id: "${run}"`, "logs-shop-test"), events.length);
});
