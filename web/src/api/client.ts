import { parse_exact } from "./json.ts";
import { note_server_time } from "../time/server_clock.ts";
import type {
    ContextAnswer,
    ErrorPosition,
    FieldInfo,
    FacetsAnswer,
    HistogramAnswer,
    IndexInfo,
    Order,
    SearchAnswer,
    ValuesAnswer,
} from "./types.ts";

const base = "/_trail/v1/";

// A request that did not succeed: the server's own code and words, or "unreachable".
export class ApiError extends Error {
    readonly code: string;
    readonly position: ErrorPosition | undefined;

    constructor(code: string, message: string, position?: ErrorPosition) {
        super(message);
        this.name = "ApiError";
        this.code = code;
        this.position = position;
    }
}

// What every read is asked with. Times are epoch milliseconds or RFC 3339.
export interface Selection {
    query: string;
    index: string;
    from?: number | string;
    to?: number | string;
}

export interface SearchRequest extends Selection {
    limit: number;
    order: "asc" | "desc";
    // A field; without it the time.
    sort?: string;
    cursor?: string;
}

export const search = (request: SearchRequest, signal?: AbortSignal) =>
    call<SearchAnswer>("search", signal, request);

export const histogram = (
    request: Selection & { buckets: number; by: string },
    signal?: AbortSignal,
) => call<HistogramAnswer>("histogram", signal, request);

export const facets = (
    request: Selection & { fields: string[]; size: number },
    signal?: AbortSignal,
) => call<FacetsAnswer>("facets", signal, request);

export const fields = (index: string, signal?: AbortSignal) =>
    call<{ fields: FieldInfo[] }>("fields", signal, { index });

export const values = (
    request: { index: string; field: string; prefix: string; size: number },
    signal?: AbortSignal,
) => call<ValuesAnswer>("values", signal, request);

// `by`: the fields whose values the lines share with the event.
export const context = (
    request: { index: string; id: string; before: number; after: number; by: string },
    signal?: AbortSignal,
) => call<ContextAnswer>("context", signal, request);

// The address of a read that the browser loads by itself: a download or a stream.
export function read_url(path: string, values: Record<string, string | number | undefined>) {
    const given = Object.entries(values).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
    );
    return base + path + "?" + new URLSearchParams(given).toString();
}

export const indices = (signal?: AbortSignal) => call<{ indices: IndexInfo[] }>("indices", signal);

// `environment`: which one, where the same id lives in several; "" for the latest one.
export const order = (id: string, environment: string, signal?: AbortSignal) =>
    call<Order>(
        "orders/" +
            encodeURIComponent(id) +
            (environment === "" ? "" : "?environment=" + encodeURIComponent(environment)),
        signal,
    );

// One request: GET, or POST with a body. ApiError when it does not succeed.
export async function call<Answer>(
    path: string,
    signal?: AbortSignal,
    body?: object,
): Promise<Answer> {
    const init: RequestInit = { headers: { accept: "application/json" } };
    if (signal) init.signal = signal;
    if (body) {
        init.method = "POST";
        init.body = JSON.stringify(body);
        init.headers = { accept: "application/json", "content-type": "application/json" };
    }
    let response: Response;
    let text: string;
    try {
        response = await fetch(base + path, init);
        text = await response.text();
    } catch (failure) {
        if (signal?.aborted) throw failure;
        throw new ApiError("unreachable", failure instanceof Error ? failure.message : "");
    }
    note_server_time(response.headers.get("date"));
    let answer: unknown;
    try {
        answer = parse_exact(text);
    } catch {
        throw new ApiError("unreadable", `HTTP ${response.status}`);
    }
    if (!response.ok) throw error_of(answer, response.status);
    return answer as Answer;
}

function error_of(answer: unknown, status: number): ApiError {
    const { error } = (answer ?? {}) as {
        error?: { code?: string; message?: string; position?: ErrorPosition };
    };
    return new ApiError(
        error?.code ?? "internal",
        error?.message ?? `HTTP ${status}`,
        error?.position,
    );
}
