import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import * as client from "../api/client.ts";
import * as api from "../api/traces.ts";
import type { Trace, TraceSpan } from "../api/traces.ts";
import type { SearchRow } from "../api/types.ts";
import { error_text, t } from "../i18n/texts.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { RecordDetail } from "../record/record_detail.tsx";
import { text_field } from "../search/row_text.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { LogText } from "../text/log_text.tsx";
import { name_of, service_of } from "./span_names.ts";
import { span_time } from "./span_time.ts";
import "../shell/panel.css";

interface Props {
    trace: Trace;
    at: number;
    span: TraceSpan;
    show: (at: number) => void;
    close: () => void;
}

interface Answer {
    spans: SearchRow[];
    logs: SearchRow[];
}

const most_logs = 100;

// A span's times, what it waited for, its logs, and all that was sent of it.
export function SpanPanel({ trace, at, span, show, close }: Props) {
    const trace_id = trace.trace_ids[span.trace ?? 0] ?? trace.trace_id;
    const query = `trace_id: "${trace_id}" and span_id: "${span.id}"`;
    const answer = use_answer(trace_id, span.id, query, (span.logs ?? 0) > 0);
    const failure = answer instanceof ApiError ? answer : null;
    const { spans = [], logs = [] } = failure || !answer ? {} : (answer as Answer);
    const wait = trace.waits.find(({ to }) => to === at);
    const sent = trace.waits.filter(({ from }) => from === at);
    const step = (place: number, time: string) => {
        const other = trace.spans[place];
        const name = `${service_of(trace, other)}: ${name_of(trace, other)}`;
        return (
            <button type="button" class="button button-small" onClick={() => show(place)}>
                <LogText text={name} one_line limit={50} /> · {time}
            </button>
        );
    };
    return (
        <aside class="panel trace-panel" aria-label={t("trace.span")} data-testid="span-panel">
            <header class="panel-head">
                <div>
                    <h2>
                        <LogText text={name_of(trace, span)} one_line limit={120} />
                    </h2>
                    <p class="muted">
                        <LogText text={service_of(trace, span)} one_line limit={60} />
                        {span.kind && ` · ${t(`trace.kind_${span.kind}`)}`} ·{" "}
                        {span_time(span.duration_ns)} ·{" "}
                        {t("trace.after", { time: span_time(span.start_ns) })}
                    </p>
                    {span.error && <p class="span-error">✕ {t("trace.failed_span")}</p>}
                </div>
                <button
                    type="button"
                    class="button button-small button-bare panel-close"
                    aria-label={t("trace.close")}
                    title={t("trace.close")}
                    onClick={close}
                >
                    ✕
                </button>
            </header>
            {wait && (
                <p class="trace-step">
                    {t("trace.came_by", { queue: wait.queue })}{" "}
                    {step(wait.from, span_time(wait.duration_ns))}
                </p>
            )}
            {sent.length > 0 && (
                <p class="trace-step">
                    {t("trace.handled_by")}{" "}
                    {sent
                        .slice(0, 10)
                        .map(({ to, duration_ns }) => step(to, span_time(duration_ns)))}
                </p>
            )}
            {span.missing_parent && (
                <p class="muted">{t("trace.missing_parent", { id: span.missing_parent })}</p>
            )}
            {failure && <p role="alert">{error_text(failure)}</p>}
            {logs.length > 0 && (
                <section>
                    <h2>{t("trace.span_logs", { count: span.logs ?? logs.length })}</h2>
                    <SpanLogs logs={logs} start={trace.start} />
                    <a
                        href={view_url({
                            ...default_view,
                            query,
                            range: { kind: "all" },
                            oldest_first: true,
                        })}
                    >
                        {t("trace.search_logs")}
                    </a>
                </section>
            )}
            {spans.map((row) => (
                <RecordDetail key={row.id} record={row} trace_link={false} />
            ))}
        </aside>
    );
}

function SpanLogs({ logs, start }: { logs: SearchRow[]; start: string }) {
    const begin = Date.parse(start);
    return (
        <ul class="span-logs">
            {logs.map((row) => (
                <li key={row.index + row.id}>
                    <span class="muted code">
                        {span_time((Date.parse(row.timestamp) - begin) * 1e6)}
                    </span>{" "}
                    <LevelMark level={text_field(row, "level")} />{" "}
                    <LogText
                        text={text_field(row, "message") || text_field(row, "event_type")}
                        limit={300}
                    />
                </li>
            ))}
        </ul>
    );
}

function use_answer(trace_id: string, span_id: string, query: string, has_logs: boolean) {
    const [answer, set_answer] = useState<Answer | ApiError | null>(null);
    useEffect(() => {
        const stop = new AbortController();
        const logs = has_logs
            ? client.search({ query, index: "*", limit: most_logs, order: "asc" }, stop.signal)
            : Promise.resolve({ rows: [] });
        Promise.all([api.span(trace_id, span_id, stop.signal), logs]).then(
            ([{ spans }, { rows }]) => set_answer({ spans, logs: rows }),
            (failure: unknown) => {
                if (stop.signal.aborted) return;
                set_answer(
                    failure instanceof ApiError
                        ? failure
                        : new ApiError("internal", String(failure)),
                );
            },
        );
        return () => stop.abort();
    }, [trace_id, span_id]);
    return answer;
}
