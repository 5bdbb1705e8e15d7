import assert from "node:assert/strict";
import { test } from "node:test";
import type { Order, OrderEvent } from "../api/types.ts";
import { lane_layout } from "./lane_layout.ts";

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
        created: "",
        closed: null,
        duration_seconds: 0,
        facts: {},
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
