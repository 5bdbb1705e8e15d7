import { computed, signal, untracked } from "@preact/signals";
import * as api from "../api/client.ts";
import { ApiError } from "../api/client.ts";
import type { Facet, FieldInfo, HistogramAnswer, SearchAnswer, SearchRow } from "../api/types.ts";
import { zone } from "../settings/settings.ts";
import { navigate, route } from "../shell/route.ts";
import type { Zone } from "../time/format.ts";
import { resolve_range } from "../time/range.ts";
import { start_tail } from "./live_tail.ts";
import { query_text } from "./query_text.ts";
import { default_view, view_from_params, view_url, type SearchView } from "./search_view.ts";

// The search page's state. The view lives in the address; answers follow it.

export const pinned_fields = ["service_name", "level", "event_type"];
// Further fields whose values the reader looks at.
export const opened_fields = signal<string[]>([]);
const facet_fields = computed(() => [...pinned_fields, ...opened_fields.value]);
const page_size = 200;
// Once the reader goes on scrolling; few round trips even for a hundred thousand rows.
const next_page_size = 500;
// The server ends a page of large events early; asking for many again would make it look at them in vain.
const limit_behind = (asked: number, page: SearchAnswer): number =>
    page.next_cursor !== null && page.rows.length < asked
        ? Math.max(20, 2 * page.rows.length)
        : next_page_size;

export const view = computed<SearchView>(() =>
    route.value.page === "search" ? view_from_params(route.value.params) : default_view,
);

// Goes to a changed view. A changed question leaves a step in the history and closes the event.
export function change_view(change: Partial<SearchView>): void {
    const asks_anew = Object.keys(change).some((key) => !looks.includes(key));
    const next = { ...view.peek(), ...(asks_anew ? { open: null } : {}), ...change };
    navigate(view_url(next, zone.peek()), asks_anew ? "push" : "replace");
}

// Changes how the answer looks, not what is asked.
const looks = ["open", "columns", "wrap"];

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
    next_limit: number;
    took_ms: number;
}

export const found = signal<Answer<FoundRows>>(nothing);
export const histogram = signal<Answer<HistogramAnswer>>(nothing);
export const facets = signal<Answer<Facet[]>>(nothing);
export const fields = signal<Answer<FieldInfo[]>>(nothing);
export const running = signal(false);
export const loading_more = signal(false);

// Asks again, with "now" moved on.
export const refresh = (): void => {
    if (current) ask();
};

let current: { selection: api.Selection; stop: AbortController } | null = null;
let stop_live: () => void = () => undefined;

// What is asked for; a string, so that equal questions are one.
const question = computed(() =>
    view_url({ ...view.value, open: null, columns: default_view.columns, wrap: false }),
);
const asked_index = computed(() => view.value.index);

// Runs while the page is shown; returns the stop.
export function follow_view(): () => void {
    const ends = [
        question.subscribe(() => untracked(ask)),
        asked_index.subscribe((index) => untracked(() => void ask_fields(index))),
        opened_fields.subscribe(() => untracked(refresh_facets)),
        // The address says which zone the page shows.
        zone.subscribe((shown) => untracked(() => show_zone(shown))),
    ];
    return () => {
        ends.forEach((end) => end());
        current?.stop.abort();
        stop_live();
        current = null;
    };
}

function ask(): void {
    current?.stop.abort();
    stop_live();
    const asked = view.peek();
    const selection = whole_selection();
    const stop = new AbortController();
    current = { selection, stop };
    running.value = true;
    const overview = ask_overview(asked, selection, stop.signal);
    if (asked.live) {
        go_live(selection, stop.signal);
        void overview.then(() => {
            if (!stop.signal.aborted) running.value = false;
        });
        return;
    }
    const rows = api
        .search({ ...selection, ...order_of(asked), limit: page_size }, stop.signal)
        .then((answer): FoundRows => ({
            ...answer,
            asked: question.peek(),
            next_limit: limit_behind(page_size, answer),
        }));
    void Promise.allSettled([settle(rows, found, stop.signal), overview]).then(() => {
        if (!stop.signal.aborted) running.value = false;
    });
}

const order_of = ({ sort, oldest_first }: SearchView) => ({
    order: oldest_first ? ("asc" as const) : ("desc" as const),
    ...(sort !== "" && { sort }),
});

async function ask_overview(
    asked: SearchView,
    selection: api.Selection,
    stop: AbortSignal,
): Promise<void> {
    const bars = api.histogram({ ...selection, buckets: 80, by: "level" }, stop);
    await Promise.allSettled([
        settle(bars, histogram, stop),
        settle(ask_facets(asked, selection, stop), facets, stop),
    ]);
}

const overview_every_ms = 10_000;

// Rows from the stream in place of those of a search; the counts follow at their own pace.
function go_live(selection: api.Selection, stop: AbortSignal): void {
    const asked = question.peek();
    const show = (rows: SearchRow[]) => {
        found.value = {
            value: { asked, rows, next_cursor: null, next_limit: 0, took_ms: 0 },
            failure: null,
        };
    };
    show([]);
    const stop_tail = start_tail(selection, show);
    const timer = setInterval(() => {
        if (document.hidden) return;
        void ask_overview(view.peek(), whole_selection(), stop);
    }, overview_every_ms);
    // A stream cannot say why it was refused; the same query in another read can.
    const unwatch = histogram.subscribe(({ failure }) => {
        if (failure?.code !== "invalid_argument") return;
        stop_live();
        found.value = { value: null, failure };
    });
    stop_live = () => {
        unwatch();
        clearInterval(timer);
        stop_tail();
        stop_live = () => undefined;
    };
}

function show_zone(shown: Zone): void {
    if (route.peek().page !== "search") return;
    const url = view_url(view.peek(), shown);
    if (url !== location.pathname + location.search) navigate(url, "replace");
}

async function ask_fields(index: string): Promise<void> {
    const names = api.fields(index).then((answer) => answer.fields);
    const stop = new AbortController();
    await settle(names, fields, stop.signal);
}

function refresh_facets(): void {
    if (!current || facets.peek().value === null) return;
    const { selection, stop } = current;
    void settle(ask_facets(view.peek(), selection, stop.signal), facets, stop.signal);
}

// The question without a cap on rows, for the browser to load by itself.
export function whole_selection(): api.Selection {
    const asked = view.peek();
    return {
        query: query_text(asked.query, asked.filters).text,
        index: asked.index,
        ...resolve_range(asked.range),
    };
}

// A field's own filters do not narrow its values, so that more of them can be chosen.
async function ask_facets(
    asked: SearchView,
    selection: api.Selection,
    stop: AbortSignal,
): Promise<Facet[]> {
    const wanted = facet_fields.peek();
    const filtered = wanted.filter((field) => asked.filters.some((f) => f.field === field));
    const free = wanted.filter((field) => !filtered.includes(field));
    const calls = filtered.map((field) => {
        const others = asked.filters.filter((filter) => filter.field !== field);
        const query = query_text(asked.query, others).text;
        return api.facets({ ...selection, query, fields: [field], size: 10 }, stop);
    });
    if (free.length > 0) calls.push(api.facets({ ...selection, fields: free, size: 10 }, stop));
    const all = (await Promise.all(calls)).flatMap((answer) => answer.facets);
    return wanted.flatMap((field) => all.find((facet) => facet.field === field) ?? []);
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
    const order = order_of(view.peek());
    loading_more.value = true;
    try {
        const { next_cursor: cursor, next_limit: limit } = so_far;
        const page = await api.search({ ...selection, ...order, limit, cursor }, stop.signal);
        if (stop.signal.aborted) return;
        found.value = {
            value: {
                ...so_far,
                ...page,
                took_ms: so_far.took_ms,
                rows: [...so_far.rows, ...page.rows],
                next_limit: limit_behind(limit, page),
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
