import type { Zone } from "../time/format.ts";
import { is_span, type Range } from "../time/range.ts";
import { columns_from_param, columns_to_param, default_columns, same_columns } from "./columns.ts";
import { filter_from_param, filter_to_param, type Filter } from "./filter.ts";

// Everything that a link to a search reproduces.
export interface SearchView {
    query: string;
    filters: Filter[];
    index: string;
    range: Range;
    // The field that the rows are sorted by; "": the time.
    sort: string;
    // By time, or by rising values of the field.
    oldest_first: boolean;
    // Behind the time.
    columns: string[];
    wrap: boolean;
    // New events come by themselves.
    live: boolean;
    // The event whose details are open.
    open: OpenRow | null;
}

// Enough to find the event again even when it is not among the first rows.
export interface OpenRow {
    index: string;
    id: string;
    timestamp: string;
}

export const default_view: SearchView = {
    query: "",
    filters: [],
    index: "*",
    range: { kind: "last", span: "24h" },
    sort: "",
    oldest_first: false,
    columns: default_columns,
    wrap: false,
    live: false,
    open: null,
};

export function view_from_params(params: URLSearchParams): SearchView {
    return {
        query: params.get("q") ?? "",
        filters: params.getAll("f").flatMap((text) => filter_from_param(text) ?? []),
        index: params.get("index") ?? default_view.index,
        range: range_from_params(params),
        sort: params.get("sort") ?? "",
        oldest_first: params.get("order") === "asc",
        columns: columns_from_param(params.get("columns")),
        wrap: params.get("wrap") === "1",
        live: params.get("live") === "1",
        open: open_from_param(params.get("event")),
    };
}

// `zone` is the time zone that the link shows times in; without it, each reader's own.
export function view_url(view: SearchView, zone: Zone = "local"): string {
    const params = new URLSearchParams();
    if (view.query !== "") params.set("q", view.query);
    for (const filter of view.filters) params.append("f", filter_to_param(filter));
    if (view.index !== default_view.index) params.set("index", view.index);
    if (view.range.kind === "between") {
        params.set("from", new Date(view.range.from).toISOString());
        params.set("to", new Date(view.range.to).toISOString());
    } else if (view.range.kind === "all") {
        params.set("range", "all");
    } else if (view.range.span !== "24h") {
        params.set("range", view.range.span);
    }
    if (view.sort !== "") params.set("sort", view.sort);
    if (view.oldest_first) params.set("order", "asc");
    if (!same_columns(view.columns, default_columns)) {
        params.set("columns", columns_to_param(view.columns));
    }
    if (view.wrap) params.set("wrap", "1");
    if (view.live) params.set("live", "1");
    if (zone !== "local") params.set("tz", zone);
    if (view.open) {
        params.set("event", [view.open.index, view.open.id, view.open.timestamp].join("~"));
    }
    const text = params.toString();
    return "/search" + (text === "" ? "" : "?" + text);
}

function range_from_params(params: URLSearchParams): Range {
    const from = Date.parse(params.get("from") ?? "");
    const to = Date.parse(params.get("to") ?? "");
    if (from < to) return { kind: "between", from, to };
    const name = params.get("range") ?? "";
    if (name === "all") return { kind: "all" };
    return is_span(name) ? { kind: "last", span: name } : default_view.range;
}

function open_from_param(text: string | null): OpenRow | null {
    const parts = /^([^~]+)~(.+)~([^~]+)$/.exec(text ?? "");
    if (!parts) return null;
    const [, index = "", id = "", timestamp = ""] = parts;
    return { index, id, timestamp };
}
