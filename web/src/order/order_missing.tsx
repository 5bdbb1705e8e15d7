import { useEffect, useState } from "preact/hooks";
import type { ApiError } from "../api/client.ts";
import { t } from "../i18n/texts.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { Notice } from "../shell/notice.tsx";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { orders_with, quoted, similar_orders, type FoundOrder } from "./order_guesses.ts";

const search_url = (id: string): string =>
    view_url({ ...default_view, query: quoted(id), range: { kind: "all" } });

// Nothing is known by this id; ids that look like it are offered.
export function OrderMissing({ id }: { id: string }) {
    const similar = use_guesses(id, similar_orders);
    return (
        <Notice whole_page title={t("order.missing_title", { id })} text={t("order.missing_text")}>
            {similar.length > 0 && (
                <div class="order-choice">
                    <h2>{t("order.missing_similar")}</h2>
                    <Orders found={similar} />
                </div>
            )}
            <a class="button button-main" href={search_url(id)}>
                {t("order.missing_search")}
            </a>
        </Notice>
    );
}

// The id leads to several orders; the reader chooses. What the server says stands in for the list
// until it is there.
export function SeveralOrders({ id, failure }: { id: string; failure: ApiError }) {
    const found = use_guesses(id, orders_with);
    return (
        <Notice
            whole_page
            title={t("order.several_title", { id })}
            text={found.length > 0 ? t("order.several_text") : failure.message}
        >
            <div class="order-choice">
                <Orders found={found} />
            </div>
            <a class="button" href={search_url(id)}>
                {t("order.several_search")}
            </a>
        </Notice>
    );
}

function Orders({ found }: { found: FoundOrder[] }) {
    return (
        <ul class="order-list" data-testid="order-choice">
            {found.map(({ order_id, events }) => (
                <li key={order_id}>
                    <a class="button" href={order_url(order_id)}>
                        <LogText text={order_id} one_line limit={80} />
                        <span class="muted">{t("order.several_events", { count: events })}</span>
                    </a>
                </li>
            ))}
        </ul>
    );
}

function use_guesses(
    id: string,
    guess: (id: string, stop: AbortSignal) => Promise<FoundOrder[]>,
): FoundOrder[] {
    const [found, set_found] = useState<FoundOrder[]>([]);
    useEffect(() => {
        const stop = new AbortController();
        set_found([]);
        guess(id, stop.signal).then(
            (orders) => !stop.signal.aborted && set_found(orders),
            // Suggestions are a help; without them the page says what it said.
            () => undefined,
        );
        return () => stop.abort();
    }, [id]);
    return found;
}
