import type { Source } from "../api/overview.ts";
import { rate_text } from "../i18n/amounts.ts";
import { duration_text, number_text, t } from "../i18n/texts.ts";
import type { Filter } from "../search/filter.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { date_time } from "../time/format.ts";
import { server_now } from "../time/server_clock.ts";
import { silence_of } from "./silence.ts";

export function SourcesTable({ sources }: { sources: Source[] }) {
    return (
        <div class="table-scroll" role="group" tabIndex={0} aria-label={t("sources.sources")}>
            <table class="figures" data-testid="sources">
                <thead>
                    <tr>
                        <th scope="col">{t("sources.service")}</th>
                        <th scope="col">{t("sources.index")}</th>
                        <th scope="col">{t("sources.state")}</th>
                        <th scope="col">{t("sources.last")}</th>
                        <th scope="col" class="number">
                            {t("sources.rate")}
                        </th>
                        <th scope="col" class="number">
                            {t("sources.events")}
                        </th>
                        <th scope="col" class="number">
                            {t("sources.errors")}
                        </th>
                        <th scope="col" class="number">
                            {t("sources.violations")}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {sources.map((source) => (
                        <SourceRow
                            key={`${source.index}\0${source.service_name}`}
                            source={source}
                        />
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function SourceRow({ source }: { source: Source }) {
    const now = server_now();
    const { state, quiet_seconds, usual_seconds } = silence_of(source, now);
    const quiet = duration_text(quiet_seconds);
    const name = source.service_name;
    const by_service: Filter = { field: "service_name", value: name, negated: false };
    const link = (query: string) =>
        view_url({ ...default_view, query, index: source.index, filters: [by_service] });
    return (
        <tr data-state={state}>
            <th scope="row">
                <a href={link("")}>
                    {name ? (
                        <LogText text={name} one_line limit={60} />
                    ) : (
                        <em>{t("sources.unnamed")}</em>
                    )}
                </a>
            </th>
            <td class="code">
                <LogText text={source.index} one_line limit={60} />
            </td>
            <td>
                {state === "silent" ? (
                    <span
                        class="stuck-mark"
                        title={t("sources.silent_why", {
                            usual: duration_text(usual_seconds),
                            duration: quiet,
                        })}
                    >
                        ▲ {t("sources.silent")}
                    </span>
                ) : (
                    <span class={state === "rare" ? "muted" : "good-mark"}>
                        {state === "rare" ? "○" : "●"} {t(`sources.${state}`)}
                    </span>
                )}
            </td>
            <td>
                <time
                    dateTime={source.last_event}
                    title={date_time(Date.parse(source.last_event), zone.value)}
                >
                    {t("sources.ago", { duration: quiet })}
                </time>
            </td>
            <td class="number">{rate_text(source.per_minute)}</td>
            <td class="number">{number_text(source.events)}</td>
            <td class="number">
                {source.errors > 0 ? (
                    <a href={link("level >= error")}>{number_text(source.errors)}</a>
                ) : (
                    "0"
                )}
            </td>
            <td class="number">
                {source.violations > 0 ? (
                    <a href={link("_violations: *")}>{number_text(source.violations)}</a>
                ) : (
                    "0"
                )}
            </td>
        </tr>
    );
}
