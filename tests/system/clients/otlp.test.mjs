// Services that log through OpenTelemetry's JavaScript SDK, over both of its HTTP exporters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeverityNumber, TraceFlags, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";

// Keeps what became of each export: the processor only logs failures.
function watched(exporter) {
    const results = [];
    const send = exporter.export.bind(exporter);
    exporter.export = (records, done) =>
        send(records, (result) => {
            results.push(result);
            done(result);
        });
    return results;
}

async function log_all(exporter, service, log) {
    const results = watched(exporter);
    const provider = new LoggerProvider({
        resource: resourceFromAttributes({
            "service.name": service,
            "deployment.environment.name": "otel",
            "host.name": "node-7",
        }),
        processors: [new BatchLogRecordProcessor({ exporter })],
    });
    log(provider.getLogger("orders", "1.2.3"));
    await provider.forceFlush();
    await provider.shutdown();
    assert.ok(results.length > 0);
    for (const result of results) assert.equal(result.code, 0, String(result.error));
}

function log_order(logger, run) {
    const context = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: TRACE_ID,
        spanId: SPAN_ID,
        traceFlags: TraceFlags.SAMPLED,
    });
    logger.emit({
        context,
        timestamp: new Date("2026-11-24T10:15:00.123Z"),
        severityNumber: SeverityNumber.WARN,
        severityText: "WARN",
        eventName: "ORDER_CREATED",
        body: `Order ORD-${run} created`,
        attributes: {
            order_id: `ORD-${run}`,
            user_id: "u-1",
            quantity: 3,
            price: 12.5,
            urgent: true,
            tags: ["a", "b"],
            delivery: { city: "Казань", floor: 2 },
        },
    });
    logger.emit({
        severityNumber: SeverityNumber.ERROR,
        body: { order_id: `ORD-${run}`, step: 2 },
    });
    logger.emit({ severityNumber: SeverityNumber.DEBUG2, body: "kept", attributes: { run } });
}

const EXPORTERS = {
    json: (options) => new JsonExporter(options),
    "json, gzip": (options) => new JsonExporter({ ...options, compression: "gzip" }),
    protobuf: (options) => new ProtobufExporter(options),
    "protobuf, gzip": (options) => new ProtobufExporter({ ...options, compression: "gzip" }),
};

for (const [name, make] of Object.entries(EXPORTERS)) {
    test(`OpenTelemetry JS logs SDK, ${name}`, async () => {
        const run = unique_run("otlp");
        await log_all(make({ url: `${ordertrail.url}/v1/logs` }), "Shop API", (logger) =>
            log_order(logger, run),
        );

        const [created] = await ordertrail.query(
            `order_id: "ORD-${run}" and level: WARN and trace_id: ${TRACE_ID} and quantity: 3`,
            "shop-otel",
        );
        // Personal data may come back masked.
        const { user_id: user, ...event } = created;
        assert.ok(user);
        assert.deepEqual(event, {
            "@timestamp": "2026-11-24T10:15:00.123Z",
            level: "WARN",
            severity_number: 13,
            message: `Order ORD-${run} created`,
            trace_id: TRACE_ID,
            span_id: SPAN_ID,
            trace_flags: "01",
            event_name: "ORDER_CREATED",
            order_id: `ORD-${run}`,
            quantity: 3,
            price: 12.5,
            urgent: true,
            tags: ["a", "b"],
            delivery: { city: "Казань", floor: 2 },
            "otel.scope.name": "orders",
            "otel.scope.version": "1.2.3",
            "service.name": "Shop API",
            "deployment.environment.name": "otel",
            "host.name": "node-7",
        });
        const count = (kql) => ordertrail.count(`order_id: "ORD-${run}" and ${kql}`, "shop-otel");
        assert.equal(await count("event_type: ORDER_CREATED and delivery.city: Казань"), 1);
        assert.equal(await count('service_name: "Shop API" and step: 2 and level: ERROR'), 1);
        assert.equal(await ordertrail.count(`run: "${run}" and level: DEBUG`, "shop-otel"), 1);
    });
}

test("OpenTelemetry JS logs SDK: thousands of records in batches", async () => {
    const run = unique_run("many");
    await log_all(EXPORTERS.protobuf({ url: `${ordertrail.url}/v1/logs` }), "MES API", (logger) => {
        for (let number = 0; number < 2000; ++number) {
            logger.emit({
                severityNumber: SeverityNumber.INFO,
                body: `line ${number}`,
                attributes: { run, number },
            });
        }
    });
    assert.equal(await ordertrail.count(`run: "${run}"`, "mes-otel"), 2000);
    assert.equal(await ordertrail.count(`run: "${run}" and number >= 1990`, "mes-otel"), 10);
});
