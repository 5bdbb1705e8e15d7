// The shapes of docs/reference/api.md, as far as the UI reads them.

// A number too large for a double keeps its digits (see json.ts).
export interface ExactNumber {
    readonly digits: string;
}

export type Value = string | number | boolean | null | ExactNumber | Value[] | ValueObject;
export interface ValueObject {
    [name: string]: Value;
}

export interface Title {
    en: string;
    ru: string;
}

export interface ErrorPosition {
    // In bytes of the query's UTF-8 text.
    offset: number;
    length: number;
}

// What is common to a search row and an order's event: one stored log record.
export interface LogRecord {
    id: string;
    index: string;
    timestamp: string;
    fields: ValueObject;
    source: ValueObject;
    violations?: string[];
}

export interface SearchRow extends LogRecord {
    seq: number;
}

export interface SearchAnswer {
    took_ms: number;
    rows: SearchRow[];
    next_cursor: string | null;
}

export interface HistogramBucket {
    start: number;
    count: number;
    by?: Record<string, number>;
}

export interface HistogramAnswer {
    from: number;
    to: number;
    interval_ms: number;
    total: number;
    series?: string[];
    buckets: HistogramBucket[];
}

export interface FacetValue {
    value: string | number | boolean;
    count: number;
}

export interface Facet {
    field: string;
    distinct: number;
    missing: number;
    other: number;
    values: FacetValue[];
}

export interface FacetsAnswer {
    total: number;
    facets: Facet[];
}

export interface IndexInfo {
    name: string;
    rows: number;
    bytes_on_disk: number;
    from: number | null;
    to: number | null;
}

export interface OrderState {
    id: string;
    title: Title;
    since: string;
    final: boolean;
}

export interface WaitsFor {
    title: Title;
    service_name: string;
    event_types: string[];
    deadline_seconds: number | null;
    waiting_seconds: number;
}

export interface OrderFacts {
    user_id?: string | null;
    manager_id?: string | null;
    operator_id?: string | null;
    file_submitted?: string | null;
    file_priced?: string | null;
    file_made?: string | null;
    file_mismatch?: boolean;
    price?: number | null;
}

export interface OrderEvent extends LogRecord {
    service_name: string;
    event_type: string;
    level: string;
    lane: string;
    title: Title;
    message?: string | null;
    joined_by: "order_id" | "trace_id" | "file_name";
    since_previous_seconds: number;
    state_after: string | null;
}

export interface Order {
    order_id: string;
    environment: string;
    state: OrderState;
    waits_for: WaitsFor | null;
    stuck: boolean;
    created: string;
    closed: string | null;
    duration_seconds: number;
    facts: OrderFacts;
    lanes: string[];
    events: OrderEvent[];
}
