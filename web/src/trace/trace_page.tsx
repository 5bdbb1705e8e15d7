import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import * as api from "../api/traces.ts";
import type { Trace } from "../api/traces.ts";
import { error_text, number_text, t } from "../i18n/texts.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { zone } from "../settings/settings.ts";
import { use_title } from "../shell/document_title.ts";
import { Notice } from "../shell/notice.tsx";
import { LogText } from "../text/log_text.tsx";
import { clock_parts, zone_name } from "../time/format.ts";
import { SpanPanel } from "./span_panel.tsx";
import { name_of, service_of } from "./span_names.ts";
import { span_time } from "./span_time.ts";
import { Waterfall } from "./waterfall.tsx";
import "./trace.css";

// One trace, with those that its messages lead to.
export default function TracePage({ id }: { id: string }) {
    const [answer, set_answer] = useState<Trace | ApiError | null>(null);
    const [times, set_times] = useState(0);
    useEffect(() => {
        const stop = new AbortController();
        api.trace(id, stop.signal).then(set_answer, (failure: unknown) => {
            if (stop.signal.aborted) return;
            set_answer(
                failure instanceof ApiError ? failure : new ApiError("internal", String(failure)),
            );
        });
        return () => stop.abort();
    }, [id, times]);
    use_title(t("trace.title", { id }));
    if (answer === null) return <Notice whole_page title={t("trace.loading")} />;
    if (!(answer instanceof ApiError)) return <TraceShown trace={answer} />;
    const missing = answer.code === "not_found";
    return (
        <Notice
            alert={!missing}
            whole_page
            title={missing ? t("trace.missing_title") : t("traces.failed_title")}
            text={missing ? t("trace.missing_text", { id }) : error_text(answer)}
        >
            {missing ? (
                <a class="button" href={logs_url([id])}>
                    {t("trace.search_logs")}
                </a>
            ) : (
                <button
                    type="button"
                    class="button"
                    onClick={() => {
                        set_answer(null);
                        set_times(times + 1);
                    }}
                >
                    {t("error.retry")}
                </button>
            )}
        </Notice>
    );
}

function TraceShown({ trace }: { trace: Trace }) {
    const [chosen, choose] = useState<number | null>(null);
    const root = trace.spans[0];
    const at = Date.parse(trace.start);
    const { date, time, fraction } = clock_parts(at, zone.value);
    const waited = trace.waits.reduce((sum, wait) => sum + wait.duration_ns, 0);
    const chosen_span = chosen === null ? undefined : trace.spans[chosen];
    return (
        <div class="trace">
            <section class="trace-main">
                <header class="trace-head">
                    <div>
                        <h1>
                            <LogText
                                text={`${service_of(trace, root)}: ${name_of(trace, root)}`}
                                one_line
                                limit={120}
                            />
                        </h1>
                        <p class="muted">
                            <time dateTime={trace.start}>
                                {date} {time}
                                {fraction}
                            </time>{" "}
                            {zone_name(at, zone.value)} · <span class="code">{trace.trace_id}</span>
                        </p>
                    </div>
                    <a class="button" href={logs_url(trace.trace_ids)}>
                        {t("trace.logs", { count: trace.log_count })}
                    </a>
                </header>
                <dl class="trace-figures" data-testid="trace-figures">
                    <Figure name={t("traces.duration")} value={span_time(trace.duration_ns)} />
                    <Figure name={t("traces.spans")} value={number_text(trace.span_count)} />
                    <Figure
                        name={t("sources.errors")}
                        value={number_text(trace.error_count)}
                        bad={trace.error_count > 0}
                    />
                    {trace.waits.length > 0 && (
                        <Figure name={t("trace.waited")} value={span_time(waited)} />
                    )}
                    {trace.trace_ids.length > 1 && (
                        <Figure
                            name={t("trace.traces")}
                            value={number_text(trace.trace_ids.length)}
                        />
                    )}
                </dl>
                {trace.truncated && <p class="trace-note">{t("trace.truncated")}</p>}
                <Waterfall trace={trace} chosen={chosen} choose={choose} />
            </section>
            {chosen !== null && chosen_span && (
                <SpanPanel
                    key={chosen}
                    trace={trace}
                    at={chosen}
                    span={chosen_span}
                    show={choose}
                    close={() => choose(null)}
                />
            )}
        </div>
    );
}

function Figure({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) {
    return (
        <div data-bad={bad}>
            <dt>{name}</dt>
            <dd>{value}</dd>
        </div>
    );
}

// The log events of these traces.
function logs_url(ids: string[]): string {
    const view = { ...default_view, range: { kind: "all" as const }, oldest_first: true };
    const [only = "", ...others] = ids;
    return others.length === 0
        ? view_url({ ...view, filters: [{ field: "trace_id", value: only, negated: false }] })
        : view_url({ ...view, query: `trace_id: (${ids.join(" or ")})` });
}
