// Traces as OpenTelemetry sends them, with made-up times.
const hex = (number, digits) => number.toString(16).padStart(digits, "0");
const text = (key, value) => ({ key, value: { stringValue: value } });
const nanos = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);

export async function send_spans(url, resource_spans) {
    const answer = await fetch(`${url}/v1/traces`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ resourceSpans: resource_spans }),
    });
    if (!answer.ok) throw new Error(`/v1/traces: HTTP ${answer.status}: ${await answer.text()}`);
}

// Spans of several services: [service, kind, name, parent, begin ms, end ms, more].
export function resource_spans(trace_id, start_ms, rows) {
    return rows.map(([service, kind, name, parent, begin, end, more = {}], at) => ({
        resource: {
            attributes: [
                text("service.name", service),
                text("deployment.environment.name", "traces"),
            ],
        },
        scopeSpans: [
            {
                spans: [
                    {
                        traceId: trace_id,
                        spanId: hex(at + 1, 16),
                        ...(parent !== null && { parentSpanId: hex(parent + 1, 16) }),
                        name,
                        kind,
                        startTimeUnixNano: nanos(start_ms + begin),
                        endTimeUnixNano: nanos(start_ms + end),
                        ...more,
                    },
                ],
            },
        ],
    }));
}

const queue = (name) => ({
    attributes: [text("messaging.system", "rabbitmq"), text("messaging.destination.name", name)],
});

export const [internal, server, client, producer, consumer] = [1, 2, 3, 4, 5];

// An order's way: Shop → RabbitMQ → MES → RabbitMQ → CRM → RabbitMQ → MES.
export const order_trace = (trace_id, start_ms) =>
    resource_spans(trace_id, start_ms, [
        ["Shop API", server, "POST /orders", null, 0, 120],
        ["Shop API", client, "INSERT orders", 0, 10, 40],
        ["Shop API", producer, "orders.pricing publish", 0, 100, 101.5, queue("orders.pricing")],
        ["MES API", consumer, "orders.pricing process", 2, 900, 1500, queue("orders.pricing")],
        ["MES API", internal, "calculate price", 3, 950, 1400],
        [
            "MES API",
            producer,
            "orders.calculated publish",
            3,
            1450,
            1452,
            queue("orders.calculated"),
        ],
        [
            ...["CRM API", consumer, "orders.calculated process", 5, 1500, 1650],
            {
                ...queue("orders.calculated"),
                status: { code: 2, message: "no such customer" },
            },
        ],
        ["CRM API", producer, "orders.approved publish", 6, 1600, 1601, queue("orders.approved")],
        ["MES API", consumer, "orders.approved process", 7, 3800, 4000, queue("orders.approved")],
    ]);

// A trace of `count` spans in one request after the other, a few of them below each.
export async function send_large_trace(url, trace_id, start_ms, count) {
    const at_once = 4000;
    for (let begin = 0; begin < count; begin += at_once) {
        const spans = [];
        for (let at = begin; at < Math.min(begin + at_once, count); at += 1) {
            const from = start_ms + at * 0.5;
            spans.push({
                traceId: trace_id,
                spanId: hex(at + 1, 16),
                ...(at > 0 && { parentSpanId: hex(Math.floor((at - 1) / 4) + 1, 16) }),
                name: `step ${at % 40}`,
                kind: internal,
                startTimeUnixNano: nanos(from),
                endTimeUnixNano: nanos(at === 0 ? start_ms + count : from + 20),
            });
        }
        const attributes = [text("service.name", `Service ${begin % 7}`)];
        await send_spans(url, [{ resource: { attributes }, scopeSpans: [{ spans }] }]);
    }
}
