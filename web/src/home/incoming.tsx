import * as overview from "../api/overview.ts";
import { rate_text } from "../i18n/amounts.ts";
import { error_text, number_text, t } from "../i18n/texts.ts";
import { level_name } from "../record/level_mark.tsx";
import { default_view, view_url } from "../search/search_view.ts";
import type { Polled } from "../shell/polled.ts";
import { LogText } from "../text/log_text.tsx";
import { server_now } from "../time/server_clock.ts";
import { RateChart } from "./rate_chart.tsx";
import { most_series, rates_of, type RateSeries, type Rates } from "./rates.ts";

export type Field = "level" | "service_name";
export type Span = "hour" | "day";

export interface IncomingChoice {
    field: Field;
    span: Span;
}

const spans = {
    hour: { bucket_ms: 60_000, buckets: 60, interval: "1m", every_ms: 5000, link: "1h" },
    day: { bucket_ms: 900_000, buckets: 96, interval: "15m", every_ms: 30_000, link: "24h" },
} as const;

export const poll_every = (span: Span): number => spans[span].every_ms;

// Whole buckets up to the one that is still filling.
export async function ask_incoming(
    { field, span }: IncomingChoice,
    stop: AbortSignal,
): Promise<Rates> {
    const { bucket_ms, buckets, interval } = spans[span];
    const now = server_now();
    const to = (Math.floor(now / bucket_ms) + 1) * bucket_ms;
    const request = { query: "", index: "*", from: to - buckets * bucket_ms, to, interval };
    const answer = await overview.histogram_by({ ...request, by: field }, stop);
    return rates_of(answer, server_now());
}

interface Props {
    choice: IncomingChoice;
    set_choice: (choice: IncomingChoice) => void;
    incoming: Polled<Rates>;
}

// What is coming in: events per second, by level or by system.
export function Incoming({ choice, set_choice, incoming }: Props) {
    const { value: rates, failure } = incoming;
    const range = t(choice.span === "hour" ? "home.range_hour" : "home.range_day");
    return (
        <section class="card incoming" aria-label={t("home.incoming")}>
            <header class="card-head">
                <h2>
                    {t("home.incoming")}
                    <span class="muted">{t("home.events_rate")}</span>
                    {rates && !failure && <span class="live-mark">● {t("home.live")}</span>}
                </h2>
                <div class="choices">
                    <Choice
                        label={t("home.by")}
                        chosen={choice.field}
                        options={[
                            ["level", t("home.by_level")],
                            ["service_name", t("home.by_service")],
                        ]}
                        choose={(field) => set_choice({ ...choice, field })}
                    />
                    <Choice
                        label={t("home.range")}
                        chosen={choice.span}
                        options={[
                            ["hour", t("home.range_hour")],
                            ["day", t("home.range_day")],
                        ]}
                        choose={(span) => set_choice({ ...choice, span })}
                    />
                </div>
            </header>
            {failure && (
                <p class="part-failure" role="alert">
                    {t("home.part_failed", { message: error_text(failure) })}
                </p>
            )}
            <div class="incoming-body">
                {rates && (
                    <>
                        <RateChart
                            rates={rates}
                            colour_of={(name, at) => colour_of(choice.field, name, at)}
                            label={t("home.incoming_label", {
                                range,
                                rate: rate_text(rates.now),
                                total: rates.total,
                            })}
                        />
                        <Legend choice={choice} rates={rates} />
                    </>
                )}
            </div>
        </section>
    );
}

interface ChoiceProps<T extends string> {
    label: string;
    chosen: T;
    options: [T, string][];
    choose: (value: T) => void;
}

function Choice<T extends string>({ label, chosen, options, choose }: ChoiceProps<T>) {
    return (
        <div class="choice" role="group" aria-label={label}>
            {options.map(([value, name]) => (
                <button
                    key={value}
                    type="button"
                    class="button button-small"
                    aria-pressed={value === chosen}
                    onClick={() => choose(value)}
                >
                    {name}
                </button>
            ))}
        </div>
    );
}

function colour_of(field: Field, name: string | null, at: number): string {
    if (field === "level") return `rate-${level_name(name ?? "")}`;
    return name ? `rate-series-${(at % most_series) + 1}` : "rate-other";
}

function Legend({ choice, rates }: { choice: IncomingChoice; rates: Rates }) {
    return (
        <table class="rate-legend">
            <thead>
                <tr>
                    <th scope="col">
                        {choice.field === "level" ? t("field.level") : t("field.service_name")}
                    </th>
                    <th scope="col" class="number">
                        {t("home.now_column")}
                    </th>
                    <th scope="col" class="number">
                        {t("home.total_column")}
                    </th>
                </tr>
            </thead>
            <tbody>
                {rates.series.map((series, at) => (
                    <tr key={series.name ?? "\0"}>
                        <th scope="row">
                            <span
                                class={"rate-swatch " + colour_of(choice.field, series.name, at)}
                            />
                            <SeriesName choice={choice} series={series} />
                        </th>
                        <td class="number">{rate_text(series.now)}</td>
                        <td class="number">{number_text(series.total)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function SeriesName({ choice, series }: { choice: IncomingChoice; series: RateSeries }) {
    if (series.name === null) return <span class="muted">{t("home.other_values")}</span>;
    if (series.name === "") return <span class="muted">{t("home.without_value")}</span>;
    const url = view_url({
        ...default_view,
        filters: [{ field: choice.field, value: series.name, negated: false }],
        range: { kind: "last", span: spans[choice.span].link },
    });
    return (
        <a href={url}>
            <LogText text={series.name} one_line limit={40} />
        </a>
    );
}
