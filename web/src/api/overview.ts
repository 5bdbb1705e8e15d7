// What the home page and the page of sources and of the store ask for (docs/reference/api.md).
import { call, type Selection } from "./client.ts";
import type { HistogramAnswer, IndexInfo, Title } from "./types.ts";

export interface StateCount {
    id: string;
    title: Title;
    final: boolean;
    count: number;
    stuck: number;
}

export interface OpenOrder {
    order_id: string;
    state: { id: string; title: Title };
    since: string;
    waiting_seconds: number;
    stuck: boolean;
}

export interface OrdersAnswer {
    created: number;
    closed: number;
    open: number;
    stuck: number;
    states: StateCount[];
    // Stuck ones first, then those that wait longest.
    recent: OpenOrder[];
}

export interface Source {
    index: string;
    service_name: string | null;
    events: number;
    errors: number;
    violations: number;
    last_event: string;
    per_minute: number;
}

export interface Input {
    name: string;
    path: string;
    accepted: number;
    filtered: number;
    rejected: number;
}

export interface SourcesAnswer {
    sources: Source[];
    inputs: Input[];
}

export interface StoreAnswer {
    status: string;
    reason: string;
    rows: number;
    bytes_on_disk: number;
    parts: number;
    memtable_rows: number;
    log_bytes: number;
    disk_free_bytes: number;
    disk_total_bytes: number;
    memory_resident_bytes: number;
    block_cache_bytes: number;
    block_cache_limit_bytes: number;
    merges_running: number;
    started: string;
    version: string;
    indices: IndexInfo[];
}

// Of the orders that were created since `from`: date math or epoch milliseconds.
export const orders = (from: string, signal?: AbortSignal) =>
    call<OrdersAnswer>("orders?from=" + encodeURIComponent(from), signal);
export const sources = (signal?: AbortSignal) => call<SourcesAnswer>("sources", signal);
export const store = (signal?: AbortSignal) => call<StoreAnswer>("store", signal);

export const count = (selection: Selection, signal?: AbortSignal) =>
    call<{ count: number }>("count", signal, selection);

// A histogram in steps of a given length: "1m", "15m".
export const histogram_by = (
    request: Selection & { interval: string; by: string },
    signal?: AbortSignal,
) => call<HistogramAnswer>("histogram", signal, request);
