import { useRef } from "preact/hooks";
import type { InputsAnswer, Trouble } from "../api/inputs.ts";
import { duration_text, t } from "../i18n/texts.ts";
import { zone } from "../settings/settings.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { LogText } from "../text/log_text.tsx";
import { date_time } from "../time/format.ts";
import { server_now } from "../time/server_clock.ts";
import { arrival_of, elsewhere, input_named, only_spans, type Arrival } from "./arrival.ts";
import type { Place, SourceEntry } from "./catalogue/source.ts";
import "./arrival_state.css";

interface Props {
    source: SourceEntry;
    place: Place;
    answer: InputsAnswer;
}

// Waits for the source's first event, and says what came.
export function ArrivalState({ source, place, answer }: Props) {
    const input = input_named(answer, source.input);
    const arrival = arrival_of(input, source.routing, place.index, place.environment);
    const before = useRef(arrival.events);
    const left_out_before = useRef(input?.filtered ?? 0);
    const left_out = (input?.filtered ?? 0) - left_out_before.current;
    const others = source.routing === "own" ? [] : elsewhere(input, arrival.indices);
    return (
        <>
            {arrival.events === 0 ? (
                <p class="arrival" role="status" data-testid="arrival">
                    <span class="arrival-wait" aria-hidden="true" />
                    {t("connect.waiting")}
                    {source.routing === "named" && (
                        <LogText text={t("connect.into", { index: place.index })} one_line />
                    )}
                </p>
            ) : (
                <Arrived arrival={arrival} since_open={arrival.events - before.current} />
            )}
            {arrival.events === 0 && others.length > 0 && (
                <p class="muted">
                    {t("connect.elsewhere")}{" "}
                    <LogText text={others.slice(0, 5).join(", ")} one_line />
                </p>
            )}
            {left_out > 0 && (
                <p class="arrival-trouble">{t("connect.left_out", { count: left_out })}</p>
            )}
        </>
    );
}

function Arrived({ arrival, since_open }: { arrival: Arrival; since_open: number }) {
    const { events, first_event, last_event, indices } = arrival;
    const time = (text: string | null) =>
        text === null ? "" : date_time(Date.parse(text), zone.value);
    const quiet = last_event === null ? 0 : (server_now() - Date.parse(last_event)) / 1000;
    return (
        <div class="arrival-there" data-testid="arrival">
            <p role="status">
                ✓ {t("connect.first_at", { time: time(first_event) })}{" "}
                {t("connect.so_far", { count: events })}
            </p>
            <p class="muted">
                {t("connect.last_at", { ago: duration_text(Math.max(0, Math.round(quiet))) })}
                {since_open !== events && " " + t("connect.since_open", { count: since_open })}
            </p>
            <p class="arrival-links">
                {only_spans(indices) ? (
                    <a class="button button-main" href="/traces">
                        {t("connect.open_traces")}
                    </a>
                ) : (
                    indices
                        .filter((name) => !name.startsWith("."))
                        .slice(0, 5)
                        .map((index) => (
                            <a
                                key={index}
                                class="button button-main"
                                href={view_url({ ...default_view, index, range: { kind: "all" } })}
                            >
                                <LogText text={t("connect.look_at", { index })} one_line />
                            </a>
                        ))
                )}
            </p>
        </div>
    );
}

// What the server had against the source's events, in plain words.
export function Troubles({ troubles }: { troubles: Trouble[] }) {
    if (troubles.length === 0) return null;
    return (
        <section class="card" aria-label={t("connect.troubles")}>
            <h2>
                {t("connect.troubles")}
                <span class="muted">{t("sources.inputs_note")}</span>
            </h2>
            <ul class="arrival-troubles" data-testid="troubles">
                {troubles.map((trouble) => (
                    <li key={trouble.kind + trouble.last}>
                        <p>
                            <span class="stuck-mark">▲ {t(`connect.trouble_${trouble.kind}`)}</span>{" "}
                            <span class="muted">
                                {t("connect.times", { count: trouble.times })}
                                {", "}
                                {t("connect.last_time", {
                                    time: date_time(Date.parse(trouble.last), zone.value),
                                })}
                                {trouble.from !== "" &&
                                    ", " + t("connect.from", { from: trouble.from })}
                            </span>
                        </p>
                        <p class="code">
                            <LogText text={trouble.reason} limit={400} />
                        </p>
                        <p class="muted">{t(`connect.help_${trouble.kind}`)}</p>
                    </li>
                ))}
            </ul>
        </section>
    );
}
