import type { FacetValue, SearchRow } from "../api/types.ts";
import { error_text, number_text, t } from "../i18n/texts.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { default_view, view_url } from "../search/search_view.ts";
import { zone } from "../settings/settings.ts";
import type { Polled } from "../shell/polled.ts";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { clock_parts } from "../time/format.ts";
import { error_query } from "./error_query.ts";

export interface ErrorsAnswer {
    total: number;
    rows: SearchRow[];
    services: FacetValue[];
}

// What went wrong last, and where it goes wrong most.
export function Errors({ errors }: { errors: Polled<ErrorsAnswer> }) {
    const { value, failure } = errors;
    return (
        <section class="card home-errors" aria-label={t("home.newest_errors")}>
            <header class="card-head">
                <h2>{t("home.newest_errors")}</h2>
                <a href={view_url({ ...default_view, query: error_query })}>
                    {t("home.all_errors")}
                </a>
            </header>
            {failure && (
                <p class="part-failure" role="alert">
                    {t("home.part_failed", { message: error_text(failure) })}
                </p>
            )}
            {value?.total === 0 && <p class="muted">✓ {t("home.errors_none")}</p>}
            {value && value.total > 0 && (
                <>
                    <ul class="errors" data-testid="errors">
                        {value.rows.map((row) => (
                            <ErrorLine key={row.index + "~" + row.id} row={row} />
                        ))}
                    </ul>
                    <h3>{t("home.errors_by_service")}</h3>
                    <Services services={value.services} />
                </>
            )}
        </section>
    );
}

const text_of = (row: SearchRow, name: string): string => {
    const value = row.fields[name];
    return typeof value === "string" ? value : "";
};

function ErrorLine({ row }: { row: SearchRow }) {
    const at = Date.parse(row.timestamp);
    const { time } = clock_parts(at, zone.value);
    const order_id = text_of(row, "order_id");
    const url = view_url({
        ...default_view,
        query: error_query,
        open: { index: row.index, id: row.id, timestamp: row.timestamp },
    });
    return (
        <li>
            <time class="code muted" dateTime={row.timestamp}>
                {time}
            </time>
            <div>
                <p class="error-what">
                    <LevelMark level={text_of(row, "level")} />
                    <LogText text={text_of(row, "service_name")} one_line limit={40} />
                    {order_id && (
                        <a href={order_url(order_id)}>
                            <LogText text={order_id} one_line limit={40} />
                        </a>
                    )}
                </p>
                <a class="error-text" href={url}>
                    <LogText
                        text={text_of(row, "message") || text_of(row, "event_type") || row.id}
                        one_line
                        limit={160}
                    />
                </a>
            </div>
        </li>
    );
}

function Services({ services }: { services: FacetValue[] }) {
    const most = Math.max(1, ...services.map(({ count }) => count));
    return (
        <table class="states">
            <tbody>
                {services.map(({ value, count }) => (
                    <tr key={String(value)}>
                        <th scope="row">
                            <a
                                href={view_url({
                                    ...default_view,
                                    query: error_query,
                                    filters: [{ field: "service_name", value, negated: false }],
                                })}
                            >
                                <LogText text={String(value)} one_line limit={60} />
                            </a>
                        </th>
                        <td>
                            <span
                                class="state-bar state-bar-bad"
                                style={{ width: `${(count / most) * 55}%` }}
                            />
                            {number_text(count)}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
