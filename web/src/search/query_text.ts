import type { ErrorPosition } from "../api/types.ts";
import type { Filter, FilterValue } from "./filter.ts";

export interface QueryText {
    // KQL, as the server gets it.
    text: string;
    // Bytes that stand before the reader's own query in it.
    shift: number;
}

// The reader's query and the filters as one KQL text. Values of one field are alternatives.
export function query_text(query: string, filters: Filter[]): QueryText {
    const clauses: string[] = [];
    const wanted = Map.groupBy(
        filters.filter((filter) => !filter.negated),
        (filter) => filter.field,
    );
    for (const [field, of_field] of wanted) {
        const any = of_field.map((filter) => clause(field, filter.value));
        clauses.push(any.length === 1 ? (any[0] ?? "") : `(${any.join(" or ")})`);
    }
    for (const filter of filters.filter((filter) => filter.negated)) {
        clauses.push(
            filter.value === null
                ? `${escaped_field(filter.field)}: *`
                : `not ${clause(filter.field, filter.value)}`,
        );
    }
    if (clauses.length === 0) return { text: query, shift: 0 };
    if (query.trim() === "") return { text: clauses.join(" and "), shift: 0 };
    return { text: `(${query}) and ${clauses.join(" and ")}`, shift: 1 };
}

function clause(field: string, value: FilterValue): string {
    if (value === null) return `not ${escaped_field(field)}: *`;
    return `${escaped_field(field)}: ${literal(value)}`;
}

export const literal = (value: string | number | boolean): string =>
    typeof value === "string" ? `"${value.replace(/[\\"]/g, "\\$&")}"` : String(value);

export const escaped_field = (field: string): string => field.replace(/[\\():<>"*{}\s]/g, "\\$&");

export interface Place {
    // In UTF-16 units of the query, as the browser counts; start <= end <= length.
    start: number;
    end: number;
}

// Where in the reader's query the server's error points.
export function place_in_query(query: string, position: ErrorPosition, shift: number): Place {
    const bytes = new TextEncoder().encode(query);
    const units = (count: number) =>
        new TextDecoder().decode(bytes.subarray(0, Math.max(0, Math.min(count, bytes.length))))
            .length;
    const offset = position.offset - shift;
    return { start: units(offset), end: units(offset + position.length) };
}
