import { computed, signal, untracked } from "@preact/signals";
import * as api from "../api/client.ts";
import { ApiError } from "../api/client.ts";
import type { Facet, HistogramAnswer, SearchRow } from "../api/types.ts";
import { navigate, route } from "../shell/route.ts";
import { resolve_range } from "../time/range.ts";
import { query_text } from "./query_text.ts";
import { default_view, view_from_params, view_url, type SearchView } from "./search_view.ts";

// The search page's state. The view lives in the address; answers follow it.

export const facet_fields = ["service_name", "level", "event_type"];
const page_size = 200;

export const view = computed<SearchView>(() =>
    route.value.page === "search" ? view_from_params(route.value.params) : default_view,
);

// Goes to a changed view. A changed question leaves a step in the history and closes the event.
export function change_view(change: Partial<SearchView>): void {
    const asks_anew = Object.keys(change).some((key) => key !== "open");
    const next = { ...view.peek(), ...(asks_anew ? { open: null } : {}), ...change };
    navigate(view_url(next), asks_anew ? "push" : "replace");
}

// An answer on its way, there, or failed. An old answer stays until the new one comes.
interface Answer<T> {
    value: T | null;
    failure: ApiError | null;
}

const nothing = { value: null, failure: null };

export interface FoundRows {
    // The question that they answer.
    asked: string;
    rows: SearchRow[];
    next_cursor: string | null;
    took_ms: number;
}

export const found = signal<Answer<FoundRows>>(nothing);
export const histogram = signal<Answer<HistogramAnswer>>(nothing);
export const facets = signal<Answer<Facet[]>>(nothing);
export const running = signal(false);
export const loading_more = signal(false);

// Asks again, with "now" moved on.
export const refresh = (): void => {
    if (current) ask();
};

let current: { selection: api.Selection; stop: AbortController } | null = null;

// What is asked for, without the open event; a string, so that equal questions are one.
const question = computed(() => view_url({ ...view.value, open: null }));

// Runs while the page is shown; returns the stop.
export function follow_view(): () => void {
    const end = question.subscribe(() => untracked(ask));
    return () => {
        end();
        current?.stop.abort();
        current = null;
    };
}

function ask(): void {
    current?.stop.abort();
    const asked = view.peek();
    const selection: api.Selection = {
        query: query_text(asked.query, asked.filters).text,
        index: asked.index,
        ...resolve_range(asked.range),
    };
    const stop = new AbortController();
    current = { selection, stop };
    running.value = true;
    const order = asked.oldest_first ? "asc" : "desc";
    const rows = api
        .search({ ...selection, limit: page_size, order }, stop.signal)
        .then((answer): FoundRows => ({ ...answer, asked: question.peek() }));
    const bars = api.histogram({ ...selection, buckets: 80, by: "level" }, stop.signal);
    void Promise.allSettled([
        settle(rows, found, stop.signal),
        settle(bars, histogram, stop.signal),
        settle(ask_facets(asked, selection, stop.signal), facets, stop.signal),
    ]).then(() => {
        if (!stop.signal.aborted) running.value = false;
    });
}

// A field's own filters do not narrow its values, so that more of them can be chosen.
async function ask_facets(
    asked: SearchView,
    selection: api.Selection,
    stop: AbortSignal,
): Promise<Facet[]> {
    const filtered = facet_fields.filter((field) => asked.filters.some((f) => f.field === field));
    const free = facet_fields.filter((field) => !filtered.includes(field));
    const calls = filtered.map((field) => {
        const others = asked.filters.filter((filter) => filter.field !== field);
        const query = query_text(asked.query, others).text;
        return api.facets({ ...selection, query, fields: [field], size: 10 }, stop);
    });
    if (free.length > 0) calls.push(api.facets({ ...selection, fields: free, size: 10 }, stop));
    const all = (await Promise.all(calls)).flatMap((answer) => answer.facets);
    return facet_fields.flatMap((field) => all.find((facet) => facet.field === field) ?? []);
}

async function settle<T>(
    call: Promise<T>,
    into: { value: Answer<T>; peek(): Answer<T> },
    stop: AbortSignal,
): Promise<void> {
    try {
        const value = await call;
        if (!stop.aborted) into.value = { value, failure: null };
    } catch (failure) {
        if (!stop.aborted) into.value = { value: null, failure: as_api_error(failure) };
    }
}

// The next page of rows, if there is one and it is not on its way.
export async function load_more(): Promise<void> {
    const so_far = found.peek().value;
    if (!current || !so_far?.next_cursor || loading_more.peek() || running.peek()) return;
    const { selection, stop } = current;
    const order = view.peek().oldest_first ? "asc" : "desc";
    loading_more.value = true;
    try {
        const cursor = so_far.next_cursor;
        const page = await api.search(
            { ...selection, limit: page_size, order, cursor },
            stop.signal,
        );
        if (stop.signal.aborted) return;
        found.value = {
            value: {
                ...so_far,
                ...page,
                took_ms: so_far.took_ms,
                rows: [...so_far.rows, ...page.rows],
            },
            failure: null,
        };
    } catch (failure) {
        if (!stop.signal.aborted) found.value = { value: so_far, failure: as_api_error(failure) };
    } finally {
        loading_more.value = false;
    }
}

const as_api_error = (failure: unknown): ApiError =>
    failure instanceof ApiError ? failure : new ApiError("internal", String(failure));
