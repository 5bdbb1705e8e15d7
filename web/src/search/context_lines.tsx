import { useEffect, useState } from "preact/hooks";
import * as api from "../api/client.ts";
import { ApiError } from "../api/client.ts";
import type { SearchRow } from "../api/types.ts";
import { error_text, t } from "../i18n/texts.ts";
import { LevelGlyph } from "../record/level_mark.tsx";
import { zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { clock_parts } from "../time/format.ts";
import { row_key, summary_of, text_field } from "./row_text.ts";
import { change_view } from "./search_state.ts";
import "./context_lines.css";

const step = 20;
const most = 500;
const usual = ["service_name", "host_name"];

interface Lines {
    before: SearchRow[];
    event: SearchRow;
    after: SearchRow[];
}

// The lines around one event, whatever the query is; more of them in both directions.
export function ContextLines({ row }: { row: SearchRow }) {
    const has = (name: string) => row.fields[name] !== undefined && row.fields[name] !== null;
    const possible = [...usual, "trace_id", "order_id"].filter(has);
    const [by, set_by] = useState(usual.filter(has));
    const [sizes, set_sizes] = useState({ before: step, after: step });
    const [lines, set_lines] = useState<Lines | null>(null);
    const [failure, set_failure] = useState<string | null>(null);
    useEffect(() => {
        const stop = new AbortController();
        const asked = { index: row.index, id: row.id, ...sizes, by: by.join(",") };
        api.context(asked, stop.signal).then(
            (answer) => {
                set_lines(answer);
                set_failure(null);
            },
            (error: unknown) => {
                if (stop.signal.aborted) return;
                set_failure(error instanceof ApiError ? error_text(error) : String(error));
            },
        );
        return () => stop.abort();
    }, [row.index, row.id, sizes, by.join()]);
    return (
        <section class="context" aria-label={t("context.lines")} data-testid="context">
            {possible.length > 0 && (
                <fieldset class="context-by">
                    <legend>{t("context.by")}</legend>
                    {possible.map((name) => (
                        <label>
                            <input
                                type="checkbox"
                                checked={by.includes(name)}
                                onChange={(change) =>
                                    set_by(
                                        possible.filter((other) =>
                                            other === name
                                                ? change.currentTarget.checked
                                                : by.includes(other),
                                        ),
                                    )
                                }
                            />{" "}
                            {name}
                        </label>
                    ))}
                </fieldset>
            )}
            {failure !== null && (
                <p class="facets-failed" role="alert">
                    <LogText text={failure} limit={500} />
                </p>
            )}
            {lines === null && failure === null && (
                <p class="muted" role="status">
                    {t("context.loading")}
                </p>
            )}
            {lines && (
                <>
                    <More
                        label={t("context.earlier")}
                        none={t("context.first")}
                        got={lines.before.length}
                        asked={sizes.before}
                        ask={(before) => set_sizes({ ...sizes, before })}
                    />
                    <ol class="context-lines">
                        {[...lines.before, lines.event, ...lines.after].map((line) => (
                            <ContextLine
                                key={row_key(line)}
                                line={line}
                                is_event={row_key(line) === row_key(row)}
                            />
                        ))}
                    </ol>
                    <More
                        label={t("context.later")}
                        none={t("context.last")}
                        got={lines.after.length}
                        asked={sizes.after}
                        ask={(after) => set_sizes({ ...sizes, after })}
                    />
                </>
            )}
        </section>
    );
}

interface MoreProps {
    label: string;
    none: string;
    got: number;
    asked: number;
    ask: (size: number) => void;
}

function More({ label, none, got, asked, ask }: MoreProps) {
    if (got < asked && asked <= most) return <p class="muted context-end">{none}</p>;
    if (asked >= most) return null;
    return (
        <button
            type="button"
            class="button button-small context-more"
            onClick={() => ask(Math.min(most, asked * 2))}
        >
            {label}
        </button>
    );
}

// Stays the same function, so that the list moves once and not with every drawing.
function show_once(line: HTMLElement | null): void {
    line?.scrollIntoView({ block: "center" });
}

function ContextLine({ line, is_event }: { line: SearchRow; is_event: boolean }) {
    const { date, time, fraction } = clock_parts(Date.parse(line.timestamp), zone.value);
    const open = { index: line.index, id: line.id, timestamp: line.timestamp };
    const message = text_field(line, "message");
    return (
        <li ref={is_event ? show_once : null} aria-current={is_event ? "true" : undefined}>
            <button
                type="button"
                class="context-line"
                disabled={is_event}
                title={is_event ? undefined : t("context.open")}
                onClick={() => change_view({ open })}
            >
                <LevelGlyph level={text_field(line, "level")} />
                <span class="code muted" title={date}>
                    {time}
                    {fraction}
                </span>
                <span class="context-text">
                    <strong>
                        <LogText text={text_field(line, "event_type")} one_line limit={60} />
                    </strong>{" "}
                    {message !== "" ? (
                        <LogText text={message} one_line limit={300} />
                    ) : (
                        summary_of(line)
                            .slice(0, 4)
                            .map(({ name, value }) => (
                                <span class="summary-part">
                                    <LogText text={`${name} ${value}`} one_line limit={80} />
                                </span>
                            ))
                    )}
                </span>
            </button>
        </li>
    );
}
