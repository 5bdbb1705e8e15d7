// Services that trace through OpenTelemetry's JavaScript SDK, over both of its HTTP exporters; and telemetrygen.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { TracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";
import { telemetrygen } from "./telemetrygen.mjs";

const EXPORTERS = {
    json: (options) => new JsonExporter(options),
    "json, gzip": (options) => new JsonExporter({ ...options, compression: "gzip" }),
    protobuf: (options) => new ProtobufExporter(options),
    "protobuf, gzip": (options) => new ProtobufExporter({ ...options, compression: "gzip" }),
};

// A provider of one service, and what became of its exports.
function service(name, exporter) {
    const results = [];
    const send = exporter.export.bind(exporter);
    exporter.export = (spans, done) =>
        send(spans, (result) => {
            results.push(result);
            done(result);
        });
    const provider = new TracerProvider({
        resource: resourceFromAttributes({
            "service.name": name,
            "deployment.environment.name": "otel",
        }),
        spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    return { provider, results, tracer: provider.getTracer("orders", "1.2.3") };
}

async function finish({ provider, results }) {
    await provider.forceFlush();
    await provider.shutdown();
    assert.ok(results.length > 0);
    for (const result of results) assert.equal(result.code, 0, String(result.error));
}

async function api(path) {
    const answer = await fetch(`${ordertrail.url}/_trail/v1/${path}`);
    assert.equal(answer.status, 200, path);
    return answer.json();
}

// The Shop sends a message, which the MES handles in a trace of its own that links to the Shop's.
function send_and_handle(shop, mes, run) {
    const start = Date.now();
    const queue = {
        "messaging.system": "rabbitmq",
        "messaging.destination": "",
        "messaging.rabbitmq.routing_key": "orders.pricing",
    };
    const root = shop.tracer.startSpan("POST /orders", {
        kind: SpanKind.SERVER,
        startTime: start,
        attributes: { run, order_id: `ORD-${run}`, quantity: 3, price: 12.5, tags: ["a", "b"] },
    });
    const sent = shop.tracer.startSpan(
        "send",
        { kind: SpanKind.PRODUCER, startTime: start + 10, attributes: queue },
        trace.setSpan(ROOT_CONTEXT, root),
    );
    sent.end(start + 12);
    root.end(start + 50);
    const taken = mes.tracer.startSpan(
        "handle",
        {
            kind: SpanKind.CONSUMER,
            startTime: start + 812,
            attributes: queue,
            links: [{ context: sent.spanContext() }],
        },
        ROOT_CONTEXT,
    );
    taken.recordException(new TypeError("no price"), start + 820);
    taken.setStatus({ code: SpanStatusCode.ERROR, message: "no price" });
    taken.end(start + 900);
    return { root: root.spanContext(), taken: taken.spanContext() };
}

for (const [name, make] of Object.entries(EXPORTERS)) {
    test(`OpenTelemetry JS trace SDK, ${name}`, async () => {
        const run = unique_run("traces");
        const options = { url: `${ordertrail.url}/v1/traces` };
        const [shop, mes] = ["Shop API", "MES API"].map((each) => service(each, make(options)));
        const { root, taken } = send_and_handle(shop, mes, run);
        await Promise.all([finish(shop), finish(mes)]);

        const [stored] = await ordertrail.query(`order_id: "ORD-${run}"`, ".spans-otel");
        assert.equal(stored.trace_id, root.traceId);
        assert.equal(stored.span_kind, "server");
        assert.equal(stored.duration_ns, 50_000_000);
        const { run: _, ...attributes } = stored.additional_data;
        assert.deepEqual(attributes, {
            order_id: `ORD-${run}`,
            quantity: 3,
            price: 12.5,
            tags: ["a", "b"],
        });

        // One picture, from whichever end, with the wait in the queue.
        for (const id of [root.traceId, taken.traceId]) {
            const picture = await api(`traces/${id}`);
            assert.deepEqual(
                picture.spans.map((span) => [picture.names[span.name], span.depth]),
                [
                    ["POST /orders", 0],
                    ["send", 1],
                    ["handle", 2],
                ],
            );
            const [wait] = picture.waits;
            assert.equal(wait.queue, "orders.pricing");
            assert.equal(wait.duration_ns, 800_000_000);
            assert.equal(picture.error_count, 1);
        }
        const { spans } = await api(`traces/${taken.traceId}/spans/${taken.spanId}`);
        const [exception] = spans[0].source.span_events;
        assert.equal(exception.name, "exception");
        assert.equal(exception.attributes["exception.type"], "TypeError");
    });
}

test("telemetrygen traces", { skip: telemetrygen.missing ?? false }, async () => {
    const run = unique_run("generated");
    await promisify(execFile)(telemetrygen.path, [
        "traces",
        ...["--otlp-http", "--otlp-insecure"],
        ...["--otlp-endpoint", new URL(ordertrail.url).host],
        ...["--workers", "2", "--traces", "250", "--rate", "0", "--child-spans", "2"],
        ...["--service", "MES API", "--status-code", "Error"],
        ...["--otlp-attributes", `deployment.environment.name="generated"`],
        ...["--telemetry-attributes", `run="${run}"`],
    ]);
    const index = ".spans-generated";
    const count = (kql) => ordertrail.count(`run: "${run}" and ${kql}`, index);
    assert.equal(await count('service_name: "MES API" and span_status: error'), 1500);
    assert.equal(await count("span_kind: client and not parent_span_id: *"), 500);
    const [root] = await ordertrail.query(`run: "${run}" and not parent_span_id: *`, index);
    const picture = await api(`traces/${root.trace_id}`);
    assert.equal(picture.span_count, 3);
    assert.deepEqual(
        picture.spans.map((span) => span.depth),
        [0, 1, 1],
    );
});
