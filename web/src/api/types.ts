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
    // More different values than the server counts.
    too_many?: boolean;
    values: FacetValue[];
}

export interface FacetsAnswer {
    total: number;
    facets: Facet[];
}

export interface FieldInfo {
    name: string;
    types: string[];
    kind: "keyword" | "text" | "number" | "boolean" | "date" | "ip";
}

export interface ValuesAnswer {
    field: string;
    values: FacetValue[];
    more: boolean;
}

export interface ContextAnswer {
    before: SearchRow[];
    event: SearchRow;
    after: SearchRow[];
    by: Record<string, Value>;
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
    // The queue that its message waits in.
    queue_name?: string | null;
    event_types: string[];
    deadline_seconds: number | null;
    waiting_seconds: number;
}

// A state that the order passed without an event that says so.
export interface MissingStep {
    state: string;
    title: Title;
    lane: string;
    // The place in `events` of the one that showed it.
    before: number;
}

export interface OrderEvent extends LogRecord {
    service_name: string;
    event_type: string;
    level: string;
    lane: string;
    title: Title;
    sentence?: Title | null;
    message?: string | null;
    joined_by: "order_id" | "trace_id" | "file_name";
    // What the event did to the order.
    move?: "none" | "entered" | "skipped" | "repeated" | "late";
    since_previous_seconds: number;
    state_after: string | null;
}

export interface Order {
    order_id: string;
    environment: string;
    other_environments: string[];
    state: OrderState;
    waits_for: WaitsFor | null;
    stuck: boolean;
    created: string | null;
    closed: string | null;
    duration_seconds: number;
    missing: MissingStep[];
    // By the catalog's names; a flag is true when facts that must agree differ.
    facts: Record<string, Value>;
    fact_titles: Record<string, Title>;
    lanes: string[];
    truncated: boolean;
    events: OrderEvent[];
}
