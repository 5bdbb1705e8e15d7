import type { Order, OrderEvent } from "../api/types.ts";

// Where the events of an order lie in the lane strip, in units of 0 … 1 of its width.

export interface PlacedEvent {
    event: OrderEvent;
    x: number;
    lane: number;
}

// The time between two events, drawn on the line of the system that has to act next.
export interface Gap {
    seconds: number;
    x_from: number;
    x_to: number;
    lane_from: number;
    lane: number;
    kind: "work" | "wait";
    // The wait that is going on.
    ongoing: boolean;
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
    const lane_of = (event: OrderEvent | undefined) => lanes.indexOf(event?.lane ?? "");
    const gaps = lengths.map((seconds, at): Gap => {
        const next = order.events[at + 1];
        const lane_from = lane_of(order.events[at]);
        // A service that is waited for may have no line of its own yet.
        const awaited = lanes.indexOf(order.waits_for?.service_name ?? "");
        const lane = next ? lane_of(next) : awaited >= 0 ? awaited : lane_from;
        return {
            seconds,
            x_from: x[at] ?? 0,
            x_to: x[at + 1] ?? 1,
            lane_from,
            lane,
            kind: next && is_work(order.events, at) ? "work" : "wait",
            ongoing: !next,
        };
    });
    const events = order.events.map((event, at): PlacedEvent => ({
        event,
        x: x[at] ?? 0,
        lane: lanes.indexOf(event.lane),
    }));
    return { lanes, events, gaps };
}

// Work is time within one system, a look into another one on the way included (a calculation that
// reads its file). Time in a queue and time until another system takes over is waiting.
function is_work(events: OrderEvent[], at: number): boolean {
    const [before, from, to] = [events[at - 1], events[at], events[at + 1]];
    const queued = [from, to].some((event) => event?.event_type.startsWith("MESSAGE_"));
    if (queued) return false;
    return from?.lane === to?.lane || before?.lane === to?.lane;
}
