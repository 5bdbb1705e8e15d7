import assert from "node:assert/strict";
import { test } from "node:test";
import type { Order, OrderEvent } from "../api/types.ts";
import { lane_layout, most_drawn } from "./lane_layout.ts";

const started = Date.UTC(2026, 10, 24);

function order_of(
    steps: [lane: string, event_type: string, seconds: number][],
    final: boolean,
): Order {
    const events = steps.map(([lane, event_type, seconds], at): OrderEvent => ({
        id: String(at),
        index: "i",
        timestamp: new Date(started + seconds * 1000).toISOString(),
        service_name: lane,
        event_type,
        level: "INFO",
        lane,
        title: { en: event_type, ru: event_type },
        joined_by: "order_id",
        since_previous_seconds: 0,
        state_after: null,
        fields: {},
        source: {},
    }));
    const title = { en: "", ru: "" };
    return {
        order_id: "o",
        environment: "",
        other_environments: [],
        state: { id: "s", title, since: "", final },
        waits_for: final
            ? null
            : {
                  title,
                  service_name: "CRM",
                  event_types: [],
                  deadline_seconds: null,
                  waiting_seconds: 0,
              },
        stuck: false,
        created: null,
        closed: null,
        duration_seconds: 0,
        missing: [],
        facts: {},
        fact_titles: {},
        truncated: false,
        lanes: ["Shop", "CRM", "Queue", "MES", "S3"],
        events,
    };
}

const steps: [string, string, number][] = [
    ["Shop", "SUBMITTED", 0],
    ["Queue", "MESSAGE_SENT", 1],
    ["Queue", "MESSAGE_RECEIVED", 9],
    ["MES", "PRICE_CALCULATION_START", 10],
    ["S3", "FILE_DOWNLOADED", 11],
    ["MES", "PRICE_CALCULATED", 300],
];

test("events go from left to right over the whole width", () => {
    const { events } = lane_layout(order_of(steps, true), started);
    const x = events.map((event) => event.x);
    assert.equal(x[0], 0);
    assert.ok(Math.abs((x.at(-1) ?? 0) - 1) < 1e-9);
    assert.deepEqual(
        x,
        x.toSorted((a, b) => a - b),
    );
});

test("a queue is waiting, a calculation that reads a file is work", () => {
    const { gaps, lanes } = lane_layout(order_of(steps, true), started);
    assert.deepEqual(
        gaps.map((gap) => `${lanes[gap.lane] ?? ""} ${gap.kind}`),
        ["Queue wait", "Queue wait", "MES wait", "S3 wait", "MES work"],
    );
});

test("an open order waits, up to now, on the line of the service it waits for", () => {
    const { gaps, lanes } = lane_layout(order_of(steps, false), started + 3_900_000);
    const last = gaps.at(-1);
    assert.ok(last?.ongoing);
    assert.equal(lanes[last.lane], "CRM");
    assert.equal(last.seconds, 3600);
    assert.ok(Math.abs(last.x_to - 1) < 1e-9);
});

test("a calculation that goes on is work, not a wait", () => {
    const order = order_of(steps.slice(0, 5), false);
    if (order.waits_for) order.waits_for.service_name = "MES";
    const last = lane_layout(order, started + 60_000).gaps.at(-1);
    assert.equal(last?.kind, "work");
    assert.ok(last.ongoing);
});

test("a customer who has not submitted yet is waited for", () => {
    const order = order_of(steps.slice(0, 1), false);
    if (order.waits_for) order.waits_for.service_name = "Shop";
    order.created = order.state.since = new Date(started).toISOString();
    assert.equal(lane_layout(order, started + 60_000).gaps.at(-1)?.kind, "wait");
});

test("a system that the order did not announce gets a line", () => {
    const { lanes, events } = lane_layout(order_of([["Mail", "SENT", 0]], true), started);
    assert.equal(lanes[events[0]?.lane ?? -1], "Mail");
});

test("events out of order do not run backwards", () => {
    const mixed: [string, string, number][] = [
        ["Shop", "A", 50],
        ["Shop", "B", 10],
    ];
    assert.equal(lane_layout(order_of(mixed, true), started).gaps[0]?.seconds, 0);
});

test("a message waits in its queue, not where it will be taken", () => {
    const order = order_of(steps.slice(0, 2), false);
    if (order.waits_for) order.waits_for.queue_name = "orders.pricing";
    const { gaps, lanes } = lane_layout(order, started + 60_000);
    assert.equal(lanes[gaps.at(-1)?.lane ?? -1], "Queue");
});

test("a step without an event lies between its neighbours, on its own line", () => {
    const order = order_of(steps, true);
    const title = { en: "", ru: "" };
    order.missing = [
        { state: "created", title, lane: "Shop", before: 0 },
        { state: "a", title, lane: "CRM", before: 2 },
        { state: "b", title, lane: "Mail", before: 2 },
    ];
    const { events, gaps, missing, lanes } = lane_layout(order, started);
    const [created, a, b] = missing.map(({ x }) => x);
    assert.equal(created, 0);
    const [x0 = 0, x1 = 0, x2 = 0] = events.map(({ x }) => x);
    assert.ok(x0 > 0);
    assert.ok(x1 < (a ?? 0) && (a ?? 0) < (b ?? 0) && (b ?? 0) < x2);
    assert.equal(lanes[missing[2]?.lane ?? -1], "Mail");
    assert.deepEqual(
        gaps.map(({ kind }) => kind),
        ["wait", "missing", "wait", "wait", "work"],
    );
});

test("of very many events those that move the order are drawn", () => {
    const many = Array.from({ length: 5000 }, (_, at): [string, string, number] => [
        "Shop",
        "NOISE",
        at,
    ]);
    const order = order_of(many, true);
    for (const at of [7, 2500]) {
        const event = order.events[at];
        if (event) event.move = "entered";
    }
    const { events } = lane_layout(order, started);
    assert.equal(events.length, most_drawn);
    const drawn = events.map(({ at }) => at);
    for (const at of [0, 7, 2500, 4999]) assert.ok(drawn.includes(at), `event ${at}`);
});
