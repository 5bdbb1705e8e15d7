import { useEffect, useState } from "preact/hooks";
import type { Order } from "../api/types.ts";
import { duration_text, t, title_text } from "../i18n/texts.ts";
import { zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { date_time } from "../time/format.ts";
import { server_now } from "../time/server_clock.ts";
import { fact_groups } from "./fact_groups.ts";
import { title_of } from "./facts.tsx";

interface Props {
    order: Order;
    fetched_at: number;
}

// The page's first line: where the order is, for how long, and whether that is as it should be.
export function Answer({ order, fetched_at }: Props) {
    const waited = use_waited(order, fetched_at);
    const standing = standing_of(order);
    return (
        <>
            <p class="answer" data-testid="answer">
                <LogText text={answer_text(order, waited)} one_line limit={300} />
            </p>
            <p class="answer-more">
                <span class={`standing standing-${standing}`} data-testid="standing">
                    {standing === "done" && <>✓ {t("order.done")}</>}
                    {standing === "stuck" && <>▲ {t("order.stuck")}</>}
                    {standing === "on-time" && <>● {t("order.on_time")}</>}
                    {standing === "open" && <>○ {t("order.open")}</>}
                </span>
                {fact_groups(order).broken.map((name) => (
                    <span key={name} class="fact-broken">
                        ▲ <LogText text={title_of(order, name)} one_line limit={200} />
                    </span>
                ))}
                <Limit order={order} waited={waited} />
            </p>
        </>
    );
}

// Without a deadline nobody can say whether an open order is on time.
function standing_of(order: Order): "done" | "stuck" | "on-time" | "open" {
    if (order.state.final) return "done";
    if (order.stuck) return "stuck";
    return order.waits_for && order.waits_for.deadline_seconds !== null ? "on-time" : "open";
}

function answer_text(order: Order, waited: number): string {
    const state = title_text(order.state.title);
    if (order.state.final) {
        return t("order.finished", { state, duration: duration_text(order.duration_seconds) });
    }
    const duration = duration_text(waited);
    if (!order.waits_for) return t("order.in_state", { state, duration });
    const queue = order.waits_for.queue_name;
    if (queue) return t("order.waiting_queue", { queue, duration });
    return t("order.waiting", { what: title_text(order.waits_for.title), duration });
}

function Limit({ order, waited }: { order: Order; waited: number }) {
    const wait = order.waits_for;
    if (!wait) return null;
    const limit = wait.deadline_seconds;
    const over = limit === null ? 0 : waited - limit;
    return (
        <span class="muted">
            {limit !== null &&
                (order.stuck && over > 0
                    ? t("order.over", {
                          duration: duration_text(over),
                          limit: duration_text(limit),
                      })
                    : t("order.limit", { duration: duration_text(limit) }))}
            {limit !== null && " · "}
            <LogText text={t("order.next_from", { service: wait.service_name })} one_line />
            {" · "}
            {t("order.since", { time: date_time(Date.parse(order.state.since), zone.value) })}
        </span>
    );
}

// Seconds waited, going on between two answers of the server.
function use_waited(order: Order, fetched_at: number): number {
    const [now, set_now] = useState(Date.now());
    useEffect(() => {
        if (order.state.final) return;
        const timer = setInterval(() => set_now(Date.now()), 5000);
        return () => clearInterval(timer);
    }, [order.state.final]);
    const since_fetch = Math.max(0, now - fetched_at) / 1000;
    if (order.waits_for) return order.waits_for.waiting_seconds + since_fetch;
    return Math.max(0, (server_now() - Date.parse(order.state.since)) / 1000);
}
