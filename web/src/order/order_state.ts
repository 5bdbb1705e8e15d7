import { useEffect, useState } from "preact/hooks";
import * as api from "../api/client.ts";
import { ApiError } from "../api/client.ts";
import type { Order } from "../api/types.ts";

export interface OrderAnswer {
    order: Order | null;
    failure: ApiError | null;
    // When the order was fetched; waiting goes on from there.
    fetched_at: number;
    refresh: () => void;
}

const refresh_every_ms = 30_000;

// The order by any of its ids; an open order is asked for again while the page is looked at.
export function use_order(id: string, environment: string): OrderAnswer {
    const [answer, set_answer] = useState<Omit<OrderAnswer, "refresh">>({
        order: null,
        failure: null,
        fetched_at: Date.now(),
    });
    const [times_refreshed, set_times_refreshed] = useState(0);
    const refresh = () => set_times_refreshed((times) => times + 1);
    useEffect(() => {
        const stop = new AbortController();
        fetch_order(id, environment, stop.signal).then(
            (order) => set_answer({ order, failure: null, fetched_at: Date.now() }),
            (failure: unknown) => {
                if (stop.signal.aborted) return;
                const known =
                    failure instanceof ApiError
                        ? failure
                        : new ApiError("internal", String(failure));
                // What is on the page stays when only a refresh fails.
                set_answer((old) => ({ ...old, failure: known }));
            },
        );
        return () => stop.abort();
    }, [id, environment, times_refreshed]);
    const open = answer.order !== null && !answer.order.state.final;
    useEffect(() => {
        if (!open) return;
        const timer = setInterval(() => {
            if (document.visibilityState === "visible") refresh();
        }, refresh_every_ms);
        return () => clearInterval(timer);
    }, [open]);
    return { ...answer, refresh };
}

function fetch_order(id: string, environment: string, signal: AbortSignal): Promise<Order> {
    // A browser would take these for steps up the address.
    if (/^\.{1,2}$/.test(id)) return Promise.reject(new ApiError("not_found", ""));
    return api.order(id, environment, signal);
}
