import { one_line } from "../api/json.ts";
import type { LogRecord } from "../api/types.ts";

// A field of one record as text; empty when it has none.
export function text_field(record: LogRecord, name: string): string {
    const value = record.fields[name];
    return value === undefined || value === null ? "" : one_line(value);
}

// Shown in columns of their own, or of no use in a summary.
const elsewhere = new Set([
    "timestamp",
    "@timestamp",
    "level",
    "service_name",
    "event_type",
    "order_id",
    "message",
    "environment",
    "trace_id",
    "span_id",
]);

export interface SummaryPart {
    name: string;
    value: string;
}

// What a record without a message says: its own fields.
export function summary_of(record: LogRecord): SummaryPart[] {
    return Object.entries(record.fields)
        .filter(([name, value]) => value !== null && !elsewhere.has(name))
        .slice(0, 8)
        .map(([name, value]) => ({ name, value: one_line(value).slice(0, 120) }));
}
