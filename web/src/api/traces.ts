import { call } from "./client.ts";
import type { SearchRow } from "./types.ts";

// Traces, as the API's `traces` endpoints give them. Durations are nanoseconds.

export interface ServiceShare {
    name: string;
    spans: number;
    errors: number;
}

export interface TraceSummary {
    trace_id: string;
    service: string;
    name: string;
    // Whether the span without a parent is there.
    complete: boolean;
    start: string;
    duration_ns: number;
    spans: number;
    errors: number;
    services: ServiceShare[];
}

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

export interface TraceSpan {
    id: string;
    // The position of the parent.
    parent: number | null;
    depth: number;
    service: number;
    name: number;
    // From the trace's start.
    start_ns: number;
    duration_ns: number;
    kind?: SpanKind;
    error?: boolean;
    queue?: number;
    logs?: number;
    // The position of its trace, where it is another one.
    trace?: number;
    links?: { trace_id: string; span_id: string }[];
    missing_parent?: string;
}

// A message between the end of its sending and the start of its handling; `from` and `to` are
// positions of spans.
export interface QueueWait {
    from: number;
    to: number;
    queue: string;
    start_ns: number;
    duration_ns: number;
    by_link: boolean;
}

export interface Trace {
    trace_id: string;
    trace_ids: string[];
    start: string;
    duration_ns: number;
    span_count: number;
    error_count: number;
    log_count: number;
    truncated: boolean;
    services: string[];
    names: string[];
    queues: string[];
    spans: TraceSpan[];
    waits: QueueWait[];
}

export interface TracesQuery {
    query: string;
    from: string;
    service: string;
    operation: string;
    min_duration: string;
    max_duration: string;
}

const get = <Answer>(path: string, values: Record<string, string>, signal: AbortSignal) => {
    const given = Object.entries(values).filter(([, value]) => value !== "");
    const text = new URLSearchParams(given).toString();
    return call<Answer>(path + (text === "" ? "" : "?" + text), signal);
};

export const find_traces = (asked: TracesQuery, signal: AbortSignal) =>
    get<{ took_ms: number; traces: TraceSummary[] }>("traces", { ...asked, limit: "100" }, signal);

export const trace_services = (from: string, signal: AbortSignal) =>
    get<{ services: ServiceShare[] }>("traces/services", { from }, signal);

export const trace_operations = (from: string, service: string, signal: AbortSignal) =>
    get<{ operations: { name: string; kind: string; spans: number }[] }>(
        "traces/operations",
        { from, service },
        signal,
    );

export async function trace(id: string, signal: AbortSignal): Promise<Trace> {
    const answer = await call<Trace>("traces/" + encodeURIComponent(id), signal);
    // To read 80,000 spans and to draw them is more than one task may take.
    await new Promise((resolve) => setTimeout(resolve));
    return answer;
}

export const span = (trace_id: string, span_id: string, signal: AbortSignal) =>
    call<{ spans: SearchRow[] }>(
        `traces/${encodeURIComponent(trace_id)}/spans/${encodeURIComponent(span_id)}`,
        signal,
    );
