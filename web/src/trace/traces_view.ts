import type { TracesQuery } from "../api/traces.ts";
import { is_span, type Span } from "../time/range.ts";

// What the list of traces is asked for; it lives in the address.
export interface TracesView {
    query: string;
    service: string;
    operation: string;
    min_duration: string;
    max_duration: string;
    range: Span | "all";
}

const names = {
    query: "q",
    service: "service",
    operation: "operation",
    min_duration: "min",
    max_duration: "max",
} as const;

export function traces_view(params: URLSearchParams): TracesView {
    const range = params.get("range") ?? "";
    const text = (name: keyof typeof names) => params.get(names[name]) ?? "";
    return {
        query: text("query"),
        service: text("service"),
        operation: text("operation"),
        min_duration: text("min_duration"),
        max_duration: text("max_duration"),
        range: range === "all" || is_span(range) ? range : "1h",
    };
}

export function traces_url(view: TracesView): string {
    const params = new URLSearchParams();
    for (const [key, name] of Object.entries(names)) {
        const value = view[key as keyof typeof names].trim();
        if (value !== "") params.set(name, value);
    }
    if (view.range !== "1h") params.set("range", view.range);
    const text = params.toString();
    return "/traces" + (text === "" ? "" : "?" + text);
}

// Where spans are looked for, as the API takes it.
const froms: Record<Span | "all", string> = {
    "15m": "now-15m",
    "1h": "now-1h",
    "24h": "now-24h",
    "7d": "now-7d",
    all: "1970-01-01T00:00:00Z",
};
export const from_of = (range: Span | "all"): string => froms[range];

export const traces_query = ({ range, ...rest }: TracesView): TracesQuery => ({
    ...rest,
    from: from_of(range),
});
