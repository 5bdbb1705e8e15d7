import { useState } from "preact/hooks";
import { error_text, t } from "../i18n/texts.ts";
import { view_url, default_view } from "../search/search_view.ts";
import { use_title } from "../shell/document_title.ts";
import { Notice } from "../shell/notice.tsx";
import { LogText } from "../text/log_text.tsx";
import { Answer } from "./answer.tsx";
import { Facts } from "./facts.tsx";
import { LaneStrip } from "./lane_strip.tsx";
import { OrderEvents } from "./order_events.tsx";
import { OrderMissing, SeveralOrders } from "./order_missing.tsx";
import { use_order } from "./order_state.ts";
import "./order_page.css";

export function OrderPage({ id, environment }: { id: string; environment: string }) {
    const { order, failure, fetched_at, refresh } = use_order(id, environment);
    const [goal, set_goal] = useState<{ at: number } | null>(null);
    use_title(t("order.title", { id: order?.order_id ?? id }));
    if (!order) {
        if (failure?.code === "not_found") return <OrderMissing id={id} />;
        if (failure?.code === "conflict") return <SeveralOrders id={id} failure={failure} />;
        if (!failure) return <Notice whole_page title={t("order.loading")} />;
        return (
            <Notice alert whole_page title={t("order.failed_title")} text={error_text(failure)}>
                <button type="button" class="button" onClick={refresh}>
                    {t("error.retry")}
                </button>
            </Notice>
        );
    }
    const search_url = view_url({
        ...default_view,
        filters: [{ field: "order_id", value: order.order_id, negated: false }],
        range: { kind: "all" },
    });
    return (
        <div class="page order">
            <header class="order-head">
                <div>
                    <h1 class="order-id">
                        <LogText
                            text={t("order.title", { id: order.order_id })}
                            one_line
                            limit={120}
                        />
                    </h1>
                    <Answer order={order} fetched_at={fetched_at} />
                </div>
                <div class="order-actions">
                    <a class="button" href={search_url}>
                        {t("order.search_link")}
                    </a>
                    <button type="button" class="button" onClick={refresh}>
                        {t("order.refresh")}
                    </button>
                </div>
            </header>
            {failure && (
                <p class="order-failure" role="alert">
                    {error_text(failure)}
                </p>
            )}
            <LaneStrip order={order} show_event={(at) => set_goal({ at })} />
            <Facts order={order} />
            <OrderEvents order={order} goal={goal} />
        </div>
    );
}
