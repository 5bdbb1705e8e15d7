import type { MissingStep, Order, OrderEvent } from "../api/types.ts";

// Where the events of an order lie in the lane strip, in units of 0 … 1 of its width.

export interface PlacedEvent {
    event: OrderEvent;
    // Its place in the order's list of events.
    at: number;
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
    // "missing": steps lie in it that no event tells of.
    kind: "work" | "wait" | "missing";
    // The wait that is going on.
    ongoing: boolean;
}

export interface PlacedMissing {
    step: MissingStep;
    x: number;
    lane: number;
}

export interface LaneLayout {
    lanes: string[];
    events: PlacedEvent[];
    gaps: Gap[];
    missing: PlacedMissing[];
}

// More dots than that say nothing any more and cost the browser its breath.
export const most_drawn = 300;

// Time passes evenly for nobody: a calculation takes seconds, an approval hours. A gap's width grows
// with the logarithm of its length, so that short steps stay apart and long waits stay on the page.
const gap_width = (seconds: number): number =>
    seconds < 0.1 ? 0.12 : 0.25 + Math.log10(1 + seconds / 5);
const missing_width = 0.9;

export function lane_layout(order: Order, now_ms: number): LaneLayout {
    const lanes = [...order.lanes];
    const lane_named = (name: string): number => {
        if (!lanes.includes(name)) lanes.push(name);
        return lanes.indexOf(name);
    };
    const drawn = worth_drawing(order.events);
    const events = drawn.flatMap((at): PlacedEvent[] => {
        const event = order.events[at];
        return event ? [{ event, at, x: 0, lane: lane_named(event.lane) }] : [];
    });
    const times = events.map(({ event }) => Date.parse(event.timestamp) / 1000);
    const open = !order.state.final && times.length > 0;
    if (open) times.push(Math.max(now_ms / 1000, times.at(-1) ?? 0));

    // Before the first event, then between each two.
    const missing = events.map(({ at }, place) =>
        order.missing.filter((step) => step.before <= at && step.before > (drawn[place - 1] ?? -1)),
    );
    const seconds = times.map((time, at) => Math.max(0, time - (times[at - 1] ?? time)));
    const widths = seconds.map((length, at) => {
        const missed = missing_width * (missing[at]?.length ?? 0);
        return at === 0 ? missed : gap_width(length) + missed;
    });
    const whole = widths.reduce((sum, width) => sum + width, 0) || 1;
    const x: number[] = [];
    for (const width of widths) x.push((x.at(-1) ?? 0) + width / whole);
    events.forEach((event, at) => (event.x = x[at] ?? 0));

    const queued = Boolean(order.waits_for?.queue_name);
    const awaited = lanes.indexOf(order.waits_for?.service_name ?? "");
    const gaps = seconds.slice(1).map((length, at): Gap => {
        const [from, to] = [events[at], events[at + 1]];
        const lane_from = from?.lane ?? 0;
        const missed = (missing[at + 1]?.length ?? 0) > 0;
        // A message waits in the queue; a service that is waited for may have no line of its own.
        const waiting_lane = queued || awaited < 0 ? lane_from : awaited;
        const lane = to?.lane ?? waiting_lane;
        // Until it is submitted, an order waits for its customer, whoever has to report that.
        const customers = !to && order.state.since === order.created;
        const working = !customers && is_work(events, at, lane);
        return {
            seconds: length,
            x_from: x[at] ?? 0,
            x_to: x[at + 1] ?? 1,
            lane_from,
            lane,
            kind: missed ? "missing" : working ? "work" : "wait",
            ongoing: !to,
        };
    });
    const placed_missing = missing.flatMap((steps, at) => {
        const [from, to] = [x[at - 1] ?? 0, x[at] ?? 1];
        return steps.map((step, place): PlacedMissing => {
            const share = at === 0 ? place / steps.length : (place + 1) / (steps.length + 1);
            return { step, x: from + (to - from) * share, lane: lane_named(step.lane) };
        });
    });
    return { lanes, events, gaps, missing: placed_missing };
}

// The places of the events that are drawn: all, or those that say most.
function worth_drawing(events: OrderEvent[]): number[] {
    const all = events.map((_, at) => at);
    if (events.length <= most_drawn) return all;
    const moving = all.filter((at) => {
        const move = events[at]?.move;
        return move === "entered" || move === "skipped";
    });
    const chosen = new Set(moving.slice(0, most_drawn - 2));
    chosen.add(0).add(events.length - 1);
    // The newest of the others fill up what room is left.
    for (let at = events.length - 1; at > 0 && chosen.size < most_drawn; at -= 1) chosen.add(at);
    return [...chosen].sort((a, b) => a - b);
}

// Work is time within one system, a look into another one on the way included (a calculation that
// reads its file). Time in a queue and time until another system takes over is waiting. `lane`: of
// the system that acts next.
function is_work(events: PlacedEvent[], at: number, lane: number): boolean {
    const [before, from, to] = [events[at - 1], events[at], events[at + 1]];
    const queued = [from, to].some((placed) => placed?.event.event_type.startsWith("MESSAGE_"));
    if (queued) return false;
    return from?.lane === lane || before?.lane === lane;
}
