import assert from "node:assert/strict";
import { test } from "node:test";
import { lane_labels, type Written } from "./lane_labels.ts";
import type { LaneLayout } from "./lane_layout.ts";

function layout_of(places: [x: number, lane: number][]): LaneLayout {
    const events = places.map(([x, lane], at) => ({ event: {} as never, at, x, lane }));
    return { lanes: ["Shop", "CRM"], events, gaps: [], missing: [] };
}

const labelled = (layout: LaneLayout, width: number) =>
    lane_labels(
        layout,
        () => "ten letters",
        (x) => x * width,
        width,
    ).map(({ event }) => event);

test("a name is shown where it fits before the next event of its lane", () => {
    const close = layout_of([
        [0, 0],
        [0.05, 0],
        [0.06, 1],
        [0.5, 0],
    ]);
    assert.deepEqual(labelled(close, 400), [1, 3, 2]);
    assert.deepEqual(labelled(close, 4000), [0, 1, 3, 2]);
});

test("Cyrillic names need more room, and what is written already keeps its own", () => {
    const one = layout_of([[0, 0]]);
    const fits = (text: string, right: number, written: Written[] = []) =>
        lane_labels(
            one,
            () => text,
            (x) => x,
            right,
            written,
        ).length === 1;
    assert.ok(fits("n".repeat(10), 65));
    assert.ok(!fits("н".repeat(10), 65));
    const queue = { lane: 0, text: "orders", to: 200 };
    assert.ok(fits("n".repeat(20), 300, [queue]));
    assert.ok(!fits("n".repeat(25), 300, [queue]));
    assert.ok(fits("n".repeat(25), 300, [{ ...queue, lane: 1 }]));
});

test("a name that would pass the edge is left out", () => {
    assert.deepEqual(labelled(layout_of([[0.95, 0]]), 400), []);
});
