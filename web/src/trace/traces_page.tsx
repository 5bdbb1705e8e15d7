import { useEffect, useState } from "preact/hooks";
import * as api from "../api/traces.ts";
import type { TraceSummary } from "../api/traces.ts";
import { error_text, number_text, t } from "../i18n/texts.ts";
import { zone } from "../settings/settings.ts";
import { use_title } from "../shell/document_title.ts";
import { Notice } from "../shell/notice.tsx";
import { use_polled } from "../shell/polled.ts";
import { navigate, trace_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { clock_parts } from "../time/format.ts";
import { spans, type Span } from "../time/range.ts";
import { service_text } from "./span_names.ts";
import { span_time } from "./span_time.ts";
import { from_of, traces_query, traces_url, traces_view, type TracesView } from "./traces_view.ts";
import "./trace.css";

// Traces that have a span that fits, newest first.
export default function TracesPage({ params }: { params: URLSearchParams }) {
    use_title(t("traces.title"));
    const view = traces_view(params);
    const [asked_again, set_asked_again] = useState(0);
    const question = traces_url(view);
    const { value, failure } = use_polled(
        (stop) => api.find_traces(traces_query(view), stop),
        3_600_000,
        [question, asked_again],
    );
    return (
        <div class="page traces">
            <h1>{t("traces.title")}</h1>
            <TracesForm
                key={question}
                view={view}
                ask={(next) => {
                    const url = traces_url(next);
                    if (url === question) set_asked_again((times) => times + 1);
                    else navigate(url);
                }}
            />
            {failure && (
                <Notice alert title={t("traces.failed_title")} text={error_text(failure)} />
            )}
            {!failure && !value && <Notice title={t("search.loading")} />}
            {!failure && value?.traces.length === 0 && (
                <Notice title={t("traces.empty_title")} text={t("traces.empty_text")}>
                    {view.range !== "all" && (
                        <button
                            type="button"
                            class="button"
                            onClick={() => navigate(traces_url({ ...view, range: "all" }))}
                        >
                            {t("search.empty_all_time")}
                        </button>
                    )}
                </Notice>
            )}
            {!failure && value && value.traces.length > 0 && <TraceTable traces={value.traces} />}
        </div>
    );
}

function TracesForm({ view, ask }: { view: TracesView; ask: (view: TracesView) => void }) {
    const [draft, set_draft] = useState(view);
    const from = from_of(draft.range);
    const services = use_names((stop) => api.trace_services(from, stop), [from]);
    const operations = use_names(
        async (stop) => {
            if (draft.service === "") return { operations: [] };
            return api.trace_operations(from, draft.service, stop);
        },
        [from, draft.service],
    );
    const set = (change: Partial<TracesView>) => set_draft({ ...draft, ...change });
    const text = (name: "min_duration" | "max_duration", placeholder: string) => (
        <label>
            {t(`traces.${name}`)}
            <input
                class="field traces-duration"
                value={draft[name]}
                placeholder={placeholder}
                onInput={(input) => set({ [name]: input.currentTarget.value })}
            />
        </label>
    );
    return (
        <form
            class="card traces-form"
            role="search"
            aria-label={t("traces.title")}
            onSubmit={(submit) => {
                submit.preventDefault();
                ask(draft);
            }}
        >
            <Choice
                label={t("traces.service")}
                none={t("traces.any_service")}
                names={services}
                value={draft.service}
                choose={(service) => set({ service, operation: "" })}
            />
            <Choice
                label={t("traces.operation")}
                none={t("traces.any_operation")}
                names={operations}
                value={draft.operation}
                choose={(operation) => set({ operation })}
                disabled={draft.service === ""}
            />
            {text("min_duration", "250ms")}
            {text("max_duration", "2s")}
            <label>
                {t("range.label")}
                <select
                    class="field"
                    value={draft.range}
                    onChange={(change) => set({ range: change.currentTarget.value as Span })}
                >
                    {(Object.keys(spans) as Span[]).map((span) => (
                        <option value={span}>{t(`range.${span}`)}</option>
                    ))}
                    <option value="all">{t("range.all")}</option>
                </select>
            </label>
            <label class="traces-query">
                {t("search.query_label")}
                <input
                    class="field code"
                    value={draft.query}
                    placeholder="order_id: ORD-1 and span_status: error"
                    spellcheck={false}
                    autocomplete="off"
                    onInput={(input) => set({ query: input.currentTarget.value })}
                />
            </label>
            <button type="submit" class="button button-main">
                {t("search.run")}
            </button>
        </form>
    );
}

interface ChoiceProps {
    label: string;
    none: string;
    names: string[];
    value: string;
    choose: (name: string) => void;
    disabled?: boolean;
}

function Choice({ label, none, names, value, choose, disabled = false }: ChoiceProps) {
    const all = value === "" || names.includes(value) ? names : [value, ...names];
    return (
        <label>
            {label}
            <select
                class="field"
                value={value}
                disabled={disabled}
                onChange={(change) => choose(change.currentTarget.value)}
            >
                <option value="">{none}</option>
                {all.map((name) => (
                    <option value={name}>{name}</option>
                ))}
            </select>
        </label>
    );
}

type Named = { services: { name: string }[] } | { operations: { name: string }[] };

function use_names(ask: (stop: AbortSignal) => Promise<Named>, again: unknown[]): string[] {
    const [names, set_names] = useState<string[]>([]);
    useEffect(() => {
        const stop = new AbortController();
        ask(stop.signal).then(
            (answer) => {
                const all = "services" in answer ? answer.services : answer.operations;
                set_names([...new Set(all.map(({ name }) => name))].filter((name) => name !== ""));
            },
            // The list below tells of what went wrong.
            () => !stop.signal.aborted && set_names([]),
        );
        return () => stop.abort();
    }, again);
    return names;
}

function TraceTable({ traces }: { traces: TraceSummary[] }) {
    const longest = Math.max(...traces.map(({ duration_ns }) => duration_ns), 1);
    return (
        <section class="card" aria-label={t("traces.found", { count: traces.length })}>
            <h2>{t("traces.found", { count: traces.length })}</h2>
            <div class="table-scroll" role="group" tabIndex={0} aria-label={t("traces.title")}>
                <table class="figures" data-testid="traces">
                    <thead>
                        <tr>
                            <th scope="col">{t("field.timestamp")}</th>
                            <th scope="col">{t("traces.begins_with")}</th>
                            <th scope="col">{t("traces.duration")}</th>
                            <th scope="col" class="number">
                                {t("traces.spans")}
                            </th>
                            <th scope="col" class="number">
                                {t("sources.errors")}
                            </th>
                            <th scope="col">{t("traces.services")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {traces.map((trace) => (
                            <TraceRow key={trace.trace_id} trace={trace} longest={longest} />
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

function TraceRow({ trace, longest }: { trace: TraceSummary; longest: number }) {
    const { date, time, fraction } = clock_parts(Date.parse(trace.start), zone.value);
    const share = `${((100 * trace.duration_ns) / longest).toFixed(2)}%`;
    return (
        <tr>
            <td>
                <time dateTime={trace.start}>
                    {date} {time}
                    {fraction}
                </time>
            </td>
            <th scope="row">
                <a href={trace_url(trace.trace_id)}>
                    <LogText
                        text={`${service_text(trace.service)}: ${trace.name}`}
                        one_line
                        limit={90}
                    />
                </a>
                {!trace.complete && (
                    <span class="muted" title={t("traces.incomplete_title")}>
                        {" "}
                        {t("traces.incomplete")}
                    </span>
                )}
            </th>
            <td class="trace-share">
                <span class="trace-share-bar" style={{ width: share }} aria-hidden="true" />
                {span_time(trace.duration_ns)}
            </td>
            <td class="number">{number_text(trace.spans)}</td>
            <td class="number" data-bad={trace.errors > 0}>
                {number_text(trace.errors)}
            </td>
            <td>
                <LogText
                    text={trace.services.map(({ name }) => service_text(name)).join(", ")}
                    one_line
                    limit={90}
                />
            </td>
        </tr>
    );
}
