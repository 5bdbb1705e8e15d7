import type { QueueWait, Trace } from "../api/traces.ts";

// Which spans of a trace are drawn: those whose ancestors are all open. Spans stand in the order of
// a waterfall, so that those below one follow it.

// Where the spans below each one end.
export function ends_below(spans: readonly { depth: number }[]): Uint32Array {
    const ends = new Uint32Array(spans.length);
    const open: { at: number; depth: number }[] = [];
    const close = (depth: number, end: number) => {
        for (let last = open.at(-1); last && last.depth >= depth; last = open.at(-1)) {
            ends[last.at] = end;
            open.pop();
        }
    };
    spans.forEach(({ depth }, at) => {
        close(depth, at);
        open.push({ at, depth });
    });
    close(0, spans.length);
    return ends;
}

export function shown_spans(ends: Uint32Array, closed: ReadonlySet<number>): number[] {
    const shown: number[] = [];
    let hidden_to = 0;
    ends.forEach((end, at) => {
        if (at < hidden_to) return;
        shown.push(at);
        if (closed.has(at)) hidden_to = end;
    });
    return shown;
}

// The longest wait that ends at each span.
export function waits_by_span(trace: Trace): Map<number, QueueWait> {
    const waits = new Map<number, QueueWait>();
    for (const wait of trace.waits) {
        const known = waits.get(wait.to);
        if (!known || known.duration_ns < wait.duration_ns) waits.set(wait.to, wait);
    }
    return waits;
}
