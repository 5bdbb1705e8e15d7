import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";

export interface Polled<T> {
    value: T | null;
    failure: ApiError | null;
}

// Asks at once, and again `every_ms` after each answer while the page is looked at. An old answer
// stays while a new one is on its way and when one fails. Anything in `again` that changes asks anew
// and lets the old answer go.
export function use_polled<T>(
    ask: (stop: AbortSignal) => Promise<T>,
    every_ms: number,
    again: readonly unknown[] = [],
): Polled<T> {
    const [answer, set_answer] = useState<Polled<T>>({ value: null, failure: null });
    useEffect(() => {
        const stop = new AbortController();
        let timer = 0;
        const run = async () => {
            try {
                const value = await ask(stop.signal);
                if (!stop.signal.aborted) set_answer({ value, failure: null });
            } catch (failure) {
                if (stop.signal.aborted) return;
                const known =
                    failure instanceof ApiError
                        ? failure
                        : new ApiError("internal", String(failure));
                set_answer((old) => ({ value: old.value, failure: known }));
            }
            if (!stop.signal.aborted) timer = window.setTimeout(next, every_ms);
        };
        // A page in the background waits until it is looked at again.
        const next = () => {
            if (document.visibilityState === "visible") void run();
            else document.addEventListener("visibilitychange", next, { once: true });
        };
        set_answer({ value: null, failure: null });
        void run();
        return () => {
            stop.abort();
            clearTimeout(timer);
            document.removeEventListener("visibilitychange", next);
        };
    }, again);
    return answer;
}
