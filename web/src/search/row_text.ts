import { beginning } from "../api/json.ts";
import type { LogRecord } from "../api/types.ts";

// More of a value is left to the open event.
const longest = 4000;

// A field of one record as text, its beginning when it is long; empty when it has none.
export function text_field(record: LogRecord, name: string): string {
    const value = record.fields[name];
    return value === undefined || value === null ? "" : beginning(value, longest);
}

export const row_key = (row: { index: string; id: string }): string => row.index + "~" + row.id;

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
    const parts: SummaryPart[] = [];
    for (const name in record.fields) {
        const value = record.fields[name];
        if (value === null || value === undefined || elsewhere.has(name)) continue;
        parts.push({ name, value: beginning(value, 120) });
        if (parts.length === 8) break;
    }
    return parts;
}
