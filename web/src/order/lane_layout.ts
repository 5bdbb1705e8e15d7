import type { Order, OrderEvent } from "../api/types.ts";

// Where the events of an order lie in the lane strip, in units of 0 … 1 of its width.

export interface PlacedEvent {
    event: OrderEvent;
    x: number;
    lane: number;
}

export interface Gap {
    // The events around it; `to` is the number of events for the wait that is going on.
    from: number;
    to: number;
    seconds: number;
    x_from: number;
    x_to: number;
    kind: "work" | "wait";
}

export interface LaneLayout {
    lanes: string[];
    events: PlacedEvent[];
    gaps: Gap[];
}

// Time passes evenly for nobody: a calculation takes seconds, an approval hours. A gap's width grows
// with the logarithm of its length, so that short steps stay apart and long waits stay on the page.
const gap_width = (seconds: number): number => 0.25 + Math.log10(1 + Math.max(0, seconds) / 5);

export function lane_layout(order: Order, now_ms: number): LaneLayout {
    const lanes = [...order.lanes];
    for (const { lane } of order.events) if (!lanes.includes(lane)) lanes.push(lane);
    const times = order.events.map((event) => Date.parse(event.timestamp) / 1000);
    const open = !order.state.final && times.length > 0;
    if (open) times.push(Math.max(now_ms / 1000, times.at(-1) ?? 0));
    const lengths = times.slice(1).map((time, at) => Math.max(0, time - (times[at] ?? time)));
    const whole = lengths.reduce((sum, length) => sum + gap_width(length), 0) || 1;
    const x: number[] = [0];
    for (const length of lengths) x.push((x.at(-1) ?? 0) + gap_width(length) / whole);
    const gaps = lengths.map((seconds, from): Gap => {
        const to = from + 1;
        const left = order.events[from];
        const right = order.events[to];
        const same_lane = left !== undefined && right !== undefined && left.lane === right.lane;
        const kind = same_lane ? "work" : "wait";
        return { from, to, seconds, x_from: x[from] ?? 0, x_to: x[to] ?? 1, kind };
    });
    const events = order.events.map((event, at): PlacedEvent => ({
        event,
        x: x[at] ?? 0,
        lane: lanes.indexOf(event.lane),
    }));
    return { lanes, events, gaps };
}
