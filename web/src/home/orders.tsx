import type { OpenOrder, OrdersAnswer, StateCount } from "../api/overview.ts";
import { duration_text, error_text, number_text, t, title_text } from "../i18n/texts.ts";
import type { Polled } from "../shell/polled.ts";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";

const shown_open = 8;

// Where the day's orders are, and which of them wait longest.
export function Orders({ orders }: { orders: Polled<OrdersAnswer> }) {
    const { value, failure } = orders;
    return (
        <section class="card home-orders" aria-label={t("home.orders")}>
            <h2>{t("home.orders")}</h2>
            {failure && (
                <p class="part-failure" role="alert">
                    {t("home.part_failed", { message: error_text(failure) })}
                </p>
            )}
            {value?.created === 0 && value.recent.length === 0 && (
                <p class="muted">{t("home.orders_none")}</p>
            )}
            {value && value.open > 0 && <States states={value.states} />}
            {value && (value.created > 0 || value.recent.length > 0) && (
                <Waiting recent={value.recent} />
            )}
        </section>
    );
}

function States({ states }: { states: StateCount[] }) {
    const shown = states.filter(({ count, final }) => count > 0 && !final);
    const most = Math.max(1, ...shown.map(({ count }) => count));
    return (
        <table class="states">
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">{t("home.state_column")}</th>
                    <th scope="col">{t("home.count_column")}</th>
                </tr>
            </thead>
            <tbody>
                {shown.map(({ id, title, count, stuck }) => (
                    <tr key={id}>
                        <th scope="row">
                            <LogText text={title_text(title)} one_line limit={60} />
                        </th>
                        <td>
                            <span class="state-bar" style={{ width: `${(count / most) * 55}%` }} />
                            {number_text(count)}
                            {stuck > 0 && (
                                <span class="stuck-mark">
                                    ▲ {t("home.stuck_count", { count: stuck })}
                                </span>
                            )}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Waiting({ recent }: { recent: OpenOrder[] }) {
    return (
        <>
            <h3>{t("home.waiting_longest")}</h3>
            {recent.length === 0 && <p class="muted">{t("home.waiting_none")}</p>}
            <ul class="waiting" data-testid="waiting">
                {recent.slice(0, shown_open).map((order) => (
                    <li key={order.order_id}>
                        <a href={order_url(order.order_id)}>
                            <LogText text={order.order_id} one_line limit={40} />
                        </a>
                        <span>
                            <LogText text={title_text(order.state.title)} one_line limit={60} />{" "}
                            <span class="muted">
                                {t("home.waiting_for", {
                                    duration: duration_text(order.waiting_seconds),
                                })}
                            </span>
                        </span>
                        {order.stuck && <span class="stuck-mark">▲ {t("order.stuck")}</span>}
                    </li>
                ))}
            </ul>
        </>
    );
}
