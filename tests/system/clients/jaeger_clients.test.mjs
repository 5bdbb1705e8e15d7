// The requests of Jaeger's UI, in the order in which its pages send them, and of Grafana's Jaeger data source over both
// APIs; and what their own checks, types and ways to put a trace together need of the answers.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

const run = unique_run("ui");
const shop = `Shop ${run}`;
const mes = `MES ${run}`;
const begin = BigInt(Date.now() - 60_000) * 1_000_000n;

function id(digits, number) {
    const salt = [...run].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 0xffffff, 7);
    return (salt.toString(16) + number.toString(16).padStart(6, "0")).padStart(digits, "1");
}

function attributes(of) {
    return Object.entries(of).map(([key, value]) => ({
        key,
        value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
    }));
}

function span(trace, number, name, start_ms, took_ms, more) {
    const start = begin + BigInt(start_ms) * 1_000_000n;
    return {
        traceId: id(32, trace),
        spanId: id(16, number),
        name,
        startTimeUnixNano: String(start),
        endTimeUnixNano: String(start + BigInt(took_ms) * 1_000_000n),
        ...more,
    };
}

// Three orders: a request, a message, its consumer (which fails in the second one).
const requests = [shop, mes].map((service) => ({
    resourceSpans: [
        {
            resource: { attributes: attributes({ "service.name": service }) },
            scopeSpans: [
                {
                    scope: { name: "orders" },
                    spans: [1, 2, 3].flatMap((order) => {
                        const root = span(order, order * 10, "POST /orders", order * 1000, 100, {
                            kind: 2,
                            attributes: attributes({ order_id: `ORD-${order}`, run }),
                        });
                        const sent = span(order, order * 10 + 1, "publish", order * 1000 + 20, 5, {
                            kind: 4,
                            parentSpanId: root.spanId,
                        });
                        const taken = span(
                            order,
                            order * 10 + 2,
                            "process",
                            order * 1000 + 90,
                            50,
                            {
                                kind: 5,
                                parentSpanId: sent.spanId,
                                status: order === 2 ? { code: 2, message: "no price" } : {},
                                events: [{ timeUnixNano: String(begin), name: "taken" }],
                            },
                        );
                        return service === shop ? [root, sent] : [taken];
                    }),
                },
            ],
        },
    ],
}));

async function ask(path, options) {
    const answer = await fetch(ordertrail.url + path, options);
    return { status: answer.status, body: await answer.json() };
}

function is_object(value) {
    return value !== null && typeof value === "object" && !Array.isArray(value);
}

// Each member of an object has to fit, those that may be missing when they are there.
function check_members(object, needed, optional = {}) {
    assert.ok(is_object(object), `${JSON.stringify(object)} is no object`);
    for (const [name, fits] of Object.entries(needed)) {
        assert.ok(fits(object[name]), `${name} is ${JSON.stringify(object[name])}`);
    }
    for (const [name, fits] of Object.entries(optional)) {
        const value = object[name];
        assert.ok(value === undefined || fits(value), `${name} is ${JSON.stringify(value)}`);
    }
}

const text = (value) => typeof value === "string";
const count = (value) => Number.isInteger(value) && value >= 0;
const nanoseconds = (value) => text(value) && /^\d+$/.test(value);
const list_of = (fits) => (value) => Array.isArray(value) && value.every(fits);

function check_summary(summary) {
    check_members(
        summary,
        { traceId: (value) => text(value) && /^[0-9a-f]{32}$/i.test(value) },
        {
            rootServiceName: text,
            rootOperationName: text,
            minStartTimeUnixNano: nanoseconds,
            maxEndTimeUnixNano: nanoseconds,
            spanCount: count,
            errorSpanCount: count,
            orphanSpanCount: count,
            services: list_of((service) => {
                check_members(service, { name: text }, { spanCount: count, errorSpanCount: count });
                return true;
            }),
        },
    );
}

// As the UI puts a trace together: by references to spans that are there.
function tree_of(trace) {
    assert.ok(text(trace.traceID) && trace.traceID !== "");
    assert.ok(is_object(trace.processes));
    const by_id = new Map();
    for (const each of trace.spans) {
        assert.ok(!by_id.has(each.spanID), `the span ${each.spanID} is there twice`);
        assert.ok(text(trace.processes[each.processID]?.serviceName));
        assert.ok(Number.isInteger(each.startTime) && each.startTime > 0);
        assert.ok(count(each.duration));
        for (const tag of each.tags) check_members(tag, { key: text, type: text });
        assert.equal(new Set(each.tags.map((tag) => tag.key)).size, each.tags.length);
        for (const log of each.logs) {
            assert.ok(Number.isInteger(log.timestamp));
            for (const field of log.fields) check_members(field, { key: text, type: text });
        }
        by_id.set(each.spanID, each);
    }
    const children = new Map();
    for (const each of trace.spans) {
        const parent = each.references.find(
            (one) => ["CHILD_OF", "FOLLOWS_FROM"].includes(one.refType) && by_id.has(one.spanID),
        );
        const key = parent?.spanID ?? "";
        children.set(key, [...(children.get(key) ?? []), each]);
    }
    const below = (key) =>
        (children.get(key) ?? []).map((each) => [each.operationName, ...below(each.spanID)]);
    return below("");
}

const TREE = [["POST /orders", ["publish", ["process"]]]];

before(async () => {
    for (const request of requests) {
        const answer = await ask("/v1/traces", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(request),
        });
        assert.equal(answer.status, 200);
    }
});

describe("Jaeger's UI", () => {
    test("fills its search form: services and operations, both APIs", async () => {
        const services = (await ask("/api/v3/services")).body;
        assert.ok(list_of(text)(services.services));
        assert.ok(services.services.includes(shop) && services.services.includes(mes));
        assert.ok((await ask("/api/services")).body.data.includes(shop));
        const path = `/api/v3/operations?service=${encodeURIComponent(shop)}`;
        const { operations } = (await ask(path)).body;
        for (const each of operations) check_members(each, { name: text, spanKind: text });
        assert.deepEqual(operations.map((each) => `${each.name} ${each.spanKind}`).sort(), [
            "POST /orders server",
            "publish producer",
        ]);
        const names = await ask(`/api/services/${encodeURIComponent(shop)}/operations`);
        assert.deepEqual(names.body.data, ["POST /orders", "publish"]);
        const server = new URLSearchParams({ service: shop, spanKind: "server" });
        assert.deepEqual((await ask(`/api/operations?${server}`)).body.data, [
            { name: "POST /orders", spanKind: "server" },
        ]);
    });

    async function summaries(more) {
        const query = new URLSearchParams({
            "query.startTimeMin": new Date(Number(begin / 1_000_000n) - 3_600_000).toISOString(),
            "query.startTimeMax": new Date(Date.now() + 3_600_000).toISOString(),
            "query.searchDepth": "20",
            ...more,
        });
        const { status, body } = await ask(`/api/v3/trace-summaries?${query}`);
        assert.equal(status, 200);
        for (const each of body.summaries ?? []) check_summary(each);
        return (body.summaries ?? []).map((each) => each.traceId).sort();
    }

    test("searches: summaries as its schema wants them", async () => {
        const all = [1, 2, 3].map((order) => id(32, order)).sort();
        assert.deepEqual(await summaries({ "query.serviceName": shop }), all);
        // "All services" leaves the name out.
        assert.deepEqual(await summaries({ "query.attributes": JSON.stringify({ run }) }), all);
        const failed = { "query.serviceName": mes, "query.attributes": '{"error":"true"}' };
        assert.deepEqual(await summaries(failed), [id(32, 2)]);
        const one = { "query.serviceName": shop, "query.attributes": '{"order_id":"ORD-3"}' };
        assert.deepEqual(await summaries(one), [id(32, 3)]);
        const long = { "query.serviceName": shop, "query.durationMin": "200ms" };
        assert.deepEqual(await summaries(long), []);
        assert.deepEqual(
            await summaries({ "query.serviceName": mes, "query.operationName": "process" }),
            all,
        );
    });

    test("a summary counts spans, errors and services", async () => {
        const query = new URLSearchParams({
            "query.serviceName": mes,
            "query.attributes": '{"error":"true"}',
            "query.startTimeMin": new Date(Number(begin / 1_000_000n) - 1000).toISOString(),
            "query.startTimeMax": new Date(Date.now() + 60_000).toISOString(),
        });
        const [summary] = (await ask(`/api/v3/trace-summaries?${query}`)).body.summaries;
        assert.equal(summary.rootServiceName, shop);
        assert.equal(summary.rootOperationName, "POST /orders");
        assert.equal(summary.spanCount, 3);
        assert.equal(summary.errorSpanCount, 1);
        assert.equal(summary.orphanSpanCount ?? 0, 0);
        const took = BigInt(summary.maxEndTimeUnixNano) - BigInt(summary.minStartTimeUnixNano);
        assert.equal(took, 140_000_000n);
        assert.deepEqual(
            summary.services.map((each) => [each.name, each.spanCount, each.errorSpanCount ?? 0]),
            [
                [mes, 1, 1],
                [shop, 2, 0],
            ],
        );
    });

    test("opens a trace: one tree, over both APIs", async () => {
        const v1 = await ask(`/api/traces/${id(32, 1)}`);
        assert.deepEqual(tree_of(v1.body.data[0]), TREE);
        const v3 = await ask(`/api/v3/traces/${id(32, 1)}`);
        const found = v3.body.result.resourceSpans.flatMap((each) =>
            each.scopeSpans.flatMap((scope) => scope.spans),
        );
        assert.equal(found.length, 3);
        for (const each of found) {
            check_members(each, {
                traceId: (value) => /^[0-9a-f]{32}$/.test(value),
                spanId: (value) => /^[0-9a-f]{16}$/.test(value),
                startTimeUnixNano: nanoseconds,
                endTimeUnixNano: nanoseconds,
                name: text,
            });
        }
        // Ids that the UI got from elsewhere, in capitals or without their zeros.
        const capitals = await ask(`/api/traces/${id(32, 1).toUpperCase()}`);
        assert.deepEqual(capitals.body, v1.body);
    });

    test("is told in its own form what is not there", async () => {
        const missing = await ask(`/api/traces/${"9".repeat(32)}`);
        assert.equal(missing.status, 404);
        assert.deepEqual(missing.body.errors, [{ code: 404, msg: "trace not found" }]);
        const none = await summaries({ "query.serviceName": `nobody ${run}` });
        assert.deepEqual(none, []);
        const wrong = await ask("/api/v3/trace-summaries?query.serviceName=a");
        assert.equal(wrong.status, 400);
        assert.ok(text(wrong.body.error.message));
    });

    test("compares traces: several ids in one request", async () => {
        const ids = [1, 2].map((order) => `traceID=${id(32, order)}`).join("&");
        const { body } = await ask(`/api/traces?${ids}`);
        assert.deepEqual(
            body.data.map((trace) => trace.traceID),
            [id(32, 1), id(32, 2)],
        );
        for (const trace of body.data) assert.deepEqual(tree_of(trace), TREE);
    });

    test("opens a file of spans without storing it", async () => {
        const file = structuredClone({
            resourceSpans: requests.flatMap((request) => request.resourceSpans),
        });
        for (const resource of file.resourceSpans) {
            for (const each of resource.scopeSpans[0].spans) {
                each.traceId = each.traceId.replace(/^1/, "e");
            }
        }
        // As the UI sends it: without a type.
        const answer = await ask("/api/transform", { method: "POST", body: JSON.stringify(file) });
        assert.equal(answer.status, 200);
        assert.equal(answer.body.data.length, 3);
        for (const trace of answer.body.data) {
            assert.deepEqual(tree_of(trace), TREE);
            assert.equal((await ask(`/api/traces/${trace.traceID}`)).status, 404);
        }
        const refused = await ask("/api/transform", { method: "POST", body: '{"data":[]}' });
        assert.equal(refused.status, 400);
        assert.match(refused.body.errors[0].msg, /resourceSpans/);
    });

    test("draws the graph of services", async () => {
        const query = new URLSearchParams({
            endTs: String(Date.now() + 1000),
            lookback: "604800000",
        });
        const { body } = await ask(`/api/dependencies?${query}`);
        for (const each of body.data) {
            check_members(each, { parent: text, child: text, callCount: count });
        }
        const edge = body.data.find((each) => each.parent === shop && each.child === mes);
        assert.equal(edge.callCount, 3);
    });
});

// Its types are those of Go: a text where it wants a number fails the whole answer.
describe("Grafana's Jaeger data source", () => {
    const whole = Number.isInteger;
    const tag = (value) => {
        check_members(value, { key: text, type: text });
        return true;
    };

    function check_envelope(body) {
        check_members(body, { limit: whole, offset: whole, total: whole });
        assert.equal(body.errors, null);
    }

    function check_trace(trace) {
        check_members(trace, { traceID: text, processes: is_object });
        for (const process of Object.values(trace.processes)) {
            check_members(process, { serviceName: text, tags: list_of(tag) });
        }
        for (const each of trace.spans) {
            check_members(
                each,
                {
                    traceID: text,
                    spanID: text,
                    processID: text,
                    operationName: text,
                    startTime: whole,
                    duration: whole,
                    tags: list_of(tag),
                },
                { flags: whole },
            );
            for (const log of each.logs) {
                check_members(log, { timestamp: whole, fields: list_of(tag) });
            }
            for (const reference of each.references) {
                check_members(reference, { refType: text, spanID: text, traceID: text });
            }
        }
    }

    test("is tested, and fills its form", async () => {
        const services = (await ask("/api/services")).body;
        check_envelope(services);
        assert.ok(list_of(text)(services.data) && services.data.includes(shop));
        const operations = (await ask(`/api/services/${encodeURIComponent(shop)}/operations`)).body;
        check_envelope(operations);
        assert.deepEqual(operations.data, ["POST /orders", "publish"]);
    });

    test("searches", async () => {
        const start = Number(begin / 1000n);
        const query = new URLSearchParams({
            service: shop,
            operation: "POST /orders",
            tags: JSON.stringify({ order_id: "ORD-2" }),
            minDuration: "50ms",
            maxDuration: "1s",
            limit: "20",
            start: String(start),
            end: String(start + 3_600_000_000),
        });
        const { status, body } = await ask(`/api/traces?${query}`);
        assert.equal(status, 200);
        check_envelope(body);
        assert.equal(body.data.length, 1);
        check_trace(body.data[0]);
        assert.deepEqual(tree_of(body.data[0]), TREE);
    });

    test("opens a trace within times, and the graph of services", async () => {
        const start = Number(begin / 1000n);
        const { body } = await ask(
            `/api/traces/${id(32, 3)}?start=${start}&end=${start + 3_600_000_000}`,
        );
        check_envelope(body);
        check_trace(body.data[0]);
        assert.deepEqual(tree_of(body.data[0]), TREE);
        const graph = await ask(`/api/dependencies?endTs=${Date.now()}&lookback=3600000`);
        for (const each of graph.body.data) {
            check_members(each, { parent: text, child: text, callCount: whole });
        }
        assert.equal(graph.body.errors, null);
    });

    test("searches and opens a trace over API v3", async () => {
        const names = (await ask("/api/v3/services")).body;
        assert.ok(list_of(text)(names.services));
        // Times as they are, not encoded.
        const from = new Date(Number(begin / 1_000_000n) - 1000).toISOString();
        const to = new Date(Date.now() + 60_000).toISOString();
        const tags = encodeURIComponent(JSON.stringify({ order_id: "ORD-1" }));
        const found = await ask(
            `/api/v3/traces?query.attributes=${tags}&query.duration_min=10ms` +
                `&query.service_name=${encodeURIComponent(shop).replaceAll("%20", "+")}` +
                `&query.start_time_min=${from}&query.start_time_max=${to}`,
        );
        const opened = await ask(`/api/v3/traces/${id(32, 1)}?start_time=${from}&end_time=${to}`);
        for (const { status, body } of [found, opened]) {
            assert.equal(status, 200);
            assert.equal(body.error, undefined);
            const spans = body.result.resourceSpans.flatMap((each) =>
                each.scopeSpans.flatMap((scope) => scope.spans),
            );
            assert.equal(spans.length, 3);
            for (const each of spans) {
                check_members(
                    each,
                    { traceId: text, spanId: text, name: text, startTimeUnixNano: text },
                    { parentSpanId: text, traceState: text, kind: whole, flags: whole },
                );
                check_members(each.status ?? {}, {}, { message: text, code: whole });
            }
        }
    });
});
