// What OTLP's specification says of wrong requests, sent raw to the program; and telemetrygen.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";
import { telemetrygen } from "./telemetrygen.mjs";

const JSON_TYPE = "application/json";
const PROTOBUF_TYPE = "application/x-protobuf";

async function send(body, type, { path = "/v1/logs", headers = {} } = {}) {
    const answer = await fetch(ordertrail.url + path, {
        method: "POST",
        body,
        headers: { ...(type ? { "content-type": type } : {}), ...headers },
    });
    return {
        status: answer.status,
        type: answer.headers.get("content-type"),
        retry_after: answer.headers.get("retry-after"),
        body: Buffer.from(await answer.arrayBuffer()),
    };
}

function request(...records) {
    return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
}

// A google.rpc.Status in protobuf with this code, which clients do not send again.
function expect_protobuf_status(answer, code) {
    assert.equal(answer.type, PROTOBUF_TYPE);
    assert.deepEqual([...answer.body.subarray(0, 3)], [0x08, code, 0x12]);
    assert.equal(answer.retry_after, null);
}

test("OTLP: a good request, and an empty one", async () => {
    const json = await send(request({ body: { stringValue: "x" } }), JSON_TYPE);
    assert.deepEqual([json.status, json.type, json.body.toString()], [200, JSON_TYPE, "{}"]);
    const empty = await send("", PROTOBUF_TYPE);
    assert.deepEqual([empty.status, empty.type, empty.body.length], [200, PROTOBUF_TYPE, 0]);
});

test("OTLP: gzip and zstd bodies", async () => {
    const run = unique_run("packed");
    const body = request({ attributes: [{ key: "run", value: { stringValue: run } }] });
    const compress = { gzip: gzipSync, ...(zstdCompressSync ? { zstd: zstdCompressSync } : {}) };
    for (const [name, pack] of Object.entries(compress)) {
        const headers = { "content-encoding": name };
        assert.equal((await send(pack(body), JSON_TYPE, { headers })).status, 200, name);
    }
    assert.equal(await ordertrail.count(`run: "${run}"`), Object.keys(compress).length);
    const headers = { "content-encoding": "gzip" };
    const damaged = await send("no gzip", PROTOBUF_TYPE, { headers });
    assert.equal(damaged.status, 400);
    expect_protobuf_status(damaged, 3);
});

test("OTLP: partial success", async () => {
    const run = unique_run("partial");
    let deep = { intValue: 1 };
    for (let level = 0; level < 80; ++level) deep = { arrayValue: { values: [deep] } };
    const good = { attributes: [{ key: "run", value: { stringValue: run } }] };
    const bad = { attributes: [...good.attributes, { key: "deep", value: deep }] };
    const answer = await send(request(good, bad, good), JSON_TYPE);
    assert.equal(answer.status, 200);
    const { partialSuccess } = JSON.parse(answer.body);
    assert.equal(partialSuccess.rejectedLogRecords, "1");
    assert.match(partialSuccess.errorMessage, /log record 1 .*nested too deeply/);
    assert.equal(await ordertrail.count(`run: "${run}"`), 2);
});

test("OTLP: broken protobuf and JSON", async () => {
    const run = unique_run("broken");
    for (const body of ["\x0a\x7fabc", "\xff\xff\xff", "plain text", request({})]) {
        const answer = await send(Buffer.from(body, "latin1"), PROTOBUF_TYPE);
        assert.equal(answer.status, 400, body);
        expect_protobuf_status(answer, 3);
    }
    const good = request({ attributes: [{ key: "run", value: { stringValue: run } }] });
    for (const body of ["", "[]", good.slice(0, -1), `${good}x`, request({ spanId: "xyz" })]) {
        const answer = await send(body, JSON_TYPE);
        assert.equal(answer.status, 400, body);
        assert.equal(answer.type, JSON_TYPE);
        assert.equal(JSON.parse(answer.body).code, 3);
        assert.equal(answer.retry_after, null);
    }
    assert.equal(await ordertrail.count(`run: "${run}"`), 0);
});

test("OTLP: wrong content types and methods, too large a body", async () => {
    for (const type of ["text/plain", "application/x-ndjson", undefined]) {
        assert.equal((await send(Buffer.from("{}"), type)).status, 415, type);
    }
    const got = await fetch(`${ordertrail.url}/v1/logs`);
    assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
    const large = await send(Buffer.alloc((100 << 20) + 1), PROTOBUF_TYPE);
    assert.equal(large.status, 413);
    expect_protobuf_status(large, 8);
    // It is not larger on the wire.
    const headers = { "content-encoding": "gzip" };
    const packed = await send(gzipSync(Buffer.alloc((100 << 20) + 1)), JSON_TYPE, { headers });
    assert.equal(packed.status, 413);
    assert.equal(JSON.parse(packed.body).code, 8);
});

test("OTLP: metrics are refused clearly", async () => {
    const path = "/v1/metrics";
    const answer = await send("", PROTOBUF_TYPE, { path });
    assert.equal(answer.status, 501);
    expect_protobuf_status(answer, 12);
    assert.match((await send("{}", JSON_TYPE, { path })).body.toString(), /it takes logs/);
});

test("OTLP: spans, one of them without ids; what is sent twice is stored once", async () => {
    const run = unique_run("spans");
    const path = "/v1/traces";
    const span = {
        traceId: "0AF7651916cd43dd8448eb211c80319c",
        spanId: "b7ad6b7169203331",
        name: "orders.pricing process",
        kind: 5,
        startTimeUnixNano: "1795515300000000001",
        endTimeUnixNano: "1795515300500000001",
        attributes: [
            { key: "run", value: { stringValue: run } },
            // No level of a log: a span is stored whatever it says.
            { key: "level", value: { stringValue: "DEBUG" } },
            { key: "messaging.system", value: { stringValue: "rabbitmq" } },
            { key: "messaging.destination", value: { stringValue: "" } },
            { key: "messaging.rabbitmq.routing_key", value: { stringValue: "orders.pricing" } },
        ],
        status: { code: 2 },
    };
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "MES API" } }] };
    const scopeSpans = [{ spans: [span, { ...span, traceId: "" }] }];
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans }] });
    for (const packed of [body, body]) {
        const answer = await send(packed, JSON_TYPE, { path });
        assert.equal(answer.status, 200);
        const { partialSuccess } = JSON.parse(answer.body);
        assert.equal(partialSuccess.rejectedSpans, "1");
        assert.match(partialSuccess.errorMessage, /span 1 .*expected a trace_id of 16 bytes/);
    }
    const kql = `run: "${run}" and service_name: "MES API" and queue_name: orders.pricing`;
    const [stored, ...more] = await ordertrail.query(`${kql} and span_status: error`, ".spans-*");
    assert.equal(more.length, 0);
    assert.equal(stored.trace_id, "0af7651916cd43dd8448eb211c80319c");
    assert.equal(stored.duration_ns, 500000000);
    assert.equal(stored.span_kind, "consumer");
    // Spans are not among the logs.
    assert.equal(await ordertrail.count(`run: "${run}"`), 0);

    const broken = await send(Buffer.from("\x0a\x7fabc", "latin1"), PROTOBUF_TYPE, { path });
    assert.equal(broken.status, 400);
    expect_protobuf_status(broken, 3);
    const got = await fetch(ordertrail.url + path);
    assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
});

test("telemetrygen", { skip: telemetrygen.missing ?? false }, async () => {
    const run = unique_run("telemetrygen");
    const trace_id = "5b8efff798038103d269b633813fc60c";
    await promisify(execFile)(telemetrygen.path, [
        "logs",
        ...["--otlp-http", "--otlp-insecure"],
        ...["--otlp-endpoint", new URL(ordertrail.url).host],
        ...["--workers", "2", "--logs", "250", "--rate", "0"],
        ...["--service", "MES API", "--body", `from ${run}`],
        ...["--trace-id", trace_id, "--span-id", "eee19b7ec3c1b174"],
        ...["--severity-number", "17", "--severity-text", "Error"],
        ...["--otlp-attributes", `deployment.environment.name="generated"`],
        ...["--telemetry-attributes", `order_id="ORD-${run}"`, "--telemetry-attributes", "page=4"],
    ]);
    const kql = `order_id: "ORD-${run}" and trace_id: ${trace_id} and level: ERROR and page: 4`;
    assert.equal(await ordertrail.count(kql, "mes-generated"), 500);
    const [event] = await ordertrail.query(kql, "mes-generated");
    assert.equal(event.message, `from ${run}`);
    assert.equal(event.span_id, "eee19b7ec3c1b174");
    assert.equal(event.severity_number, 17);
});
