import { useMemo, useRef, useState } from "preact/hooks";
import type { QueueWait, Trace, TraceSpan } from "../api/traces.ts";
import { t } from "../i18n/texts.ts";
import { use_virtual_rows } from "../search/virtual_rows.ts";
import { LogText } from "../text/log_text.tsx";
import { name_of, service_of } from "./span_names.ts";
import { span_time } from "./span_time.ts";
import { ends_below, shown_spans, waits_by_span } from "./span_tree.ts";
import { ticks } from "./ticks.ts";

const row_height = 26;
const colours = 6;

interface Props {
    trace: Trace;
    chosen: number | null;
    choose: (at: number | null) => void;
}

interface Window {
    from: number;
    to: number;
}

// The spans as a tree with their times beside it. However many there are, only those in sight are
// drawn.
export function Waterfall({ trace, chosen, choose }: Props) {
    const scroller = useRef<HTMLDivElement>(null);
    const [closed, set_closed] = useState<ReadonlySet<number>>(new Set());
    const [active, set_active] = useState(0);
    const whole = { from: 0, to: Math.max(trace.duration_ns, 1) };
    const [zoom, set_zoom] = useState<Window>(whole);
    const ends = useMemo(() => ends_below(trace.spans), [trace]);
    const waits = useMemo(() => waits_by_span(trace), [trace]);
    const shown = useMemo(() => shown_spans(ends, closed), [ends, closed]);
    const virtual = use_virtual_rows(scroller, shown.length, row_height, (at) => String(shown[at]));
    const has_below = (at: number) => (ends[at] ?? 0) > at + 1;
    const fold = (at: number, close: boolean) => {
        const next = new Set(closed);
        if (close) next.add(at);
        else next.delete(at);
        set_closed(next);
    };
    const go_to = (place: number) => {
        const row = Math.max(0, Math.min(shown.length - 1, place));
        const at = shown[row] ?? 0;
        set_active(at);
        virtual.scroll_to(row);
        if (chosen !== null) choose(at);
    };
    const zoom_active = () => {
        const span = trace.spans[active];
        if (span) set_zoom(around(span, waits.get(active)));
    };
    const on_key = (press: KeyboardEvent) => {
        const place = Math.max(0, shown.indexOf(active));
        const parent = trace.spans[active]?.parent ?? null;
        switch (press.key) {
            case "ArrowDown":
                go_to(place + 1);
                break;
            case "ArrowUp":
                go_to(place - 1);
                break;
            case "PageDown":
                go_to(place + 20);
                break;
            case "PageUp":
                go_to(place - 20);
                break;
            case "Home":
                go_to(0);
                break;
            case "End":
                go_to(shown.length - 1);
                break;
            case "ArrowRight":
                if (closed.has(active)) fold(active, false);
                else go_to(place + 1);
                break;
            case "ArrowLeft":
                if (has_below(active) && !closed.has(active)) fold(active, true);
                else if (parent !== null) go_to(shown.indexOf(parent));
                break;
            case "Enter":
            case " ":
                choose(active);
                break;
            case "Escape":
                choose(null);
                break;
            case "z":
                zoom_active();
                break;
            case "0":
                set_zoom(whole);
                break;
            default:
                return;
        }
        press.preventDefault();
    };
    return (
        <div class="waterfall-frame">
            <div class="waterfall-tools">
                <button type="button" class="button button-small" onClick={zoom_active}>
                    {t("trace.zoom_span")} <kbd>z</kbd>
                </button>
                <button
                    type="button"
                    class="button button-small"
                    disabled={zoom.from === whole.from && zoom.to === whole.to}
                    onClick={() => set_zoom(whole)}
                >
                    {t("trace.zoom_whole")} <kbd>0</kbd>
                </button>
                <button
                    type="button"
                    class="button button-small"
                    onClick={() =>
                        set_closed(
                            closed.size > 0
                                ? new Set()
                                : new Set(
                                      trace.spans.flatMap((_, at) => (has_below(at) ? [at] : [])),
                                  ),
                        )
                    }
                >
                    {closed.size > 0 ? t("trace.unfold_all") : t("trace.fold_all")}
                </button>
                {trace.waits.length > 0 && (
                    <span class="waterfall-key muted">
                        <span class="wait-bar" aria-hidden="true" /> {t("trace.wait_key")}
                    </span>
                )}
            </div>
            <Ruler zoom={zoom} />
            <div
                ref={scroller}
                class="waterfall"
                role="treegrid"
                tabIndex={0}
                aria-label={t("trace.waterfall")}
                aria-rowcount={shown.length}
                aria-activedescendant={`span-${active}`}
                onKeyDown={on_key}
            >
                <div
                    class="waterfall-rows"
                    role="rowgroup"
                    style={{ height: `${virtual.total_height}px` }}
                >
                    {virtual.items.map(({ index, start }) => {
                        const at = shown[index];
                        const span = at === undefined ? undefined : trace.spans[at];
                        if (at === undefined || !span) return null;
                        return (
                            <SpanRow
                                key={at}
                                {...{ trace, span, at, start, zoom }}
                                row={index}
                                wait={waits.get(at)}
                                fold={has_below(at) ? !closed.has(at) : undefined}
                                set_fold={(open) => fold(at, !open)}
                                active={at === active}
                                chosen={at === chosen}
                                open={() => {
                                    set_active(at);
                                    choose(at === chosen ? null : at);
                                }}
                            />
                        );
                    })}
                </div>
            </div>
        </div>
    );
}

// A span with its wait, and a little of what is around them.
function around(span: TraceSpan, wait: QueueWait | undefined): Window {
    const from = Math.min(span.start_ns, wait?.start_ns ?? span.start_ns);
    const size = Math.max(span.start_ns + span.duration_ns - from, 1);
    return { from: Math.max(0, from - size * 0.05), to: from + size * 1.05 };
}

const place_in = (zoom: Window, at: number): number =>
    Math.max(0, Math.min(100, (100 * (at - zoom.from)) / (zoom.to - zoom.from)));

function bar_style(zoom: Window, start: number, duration: number) {
    const left = place_in(zoom, start);
    const right = place_in(zoom, start + duration);
    // The shortest are two pixels wide (trace.css), at the right edge too.
    return {
        left: `min(${left.toFixed(3)}%, 100% - 2px)`,
        width: `${(right - left).toFixed(3)}%`,
    };
}

const in_sight = (zoom: Window, start: number, duration: number) =>
    start <= zoom.to && start + duration >= zoom.from;

function Ruler({ zoom }: { zoom: Window }) {
    return (
        <div class="waterfall-ruler" aria-hidden="true">
            <span class="span-name" />
            <span class="span-times">
                {ticks(zoom.from, zoom.to, 5).map((at) => (
                    <span
                        key={at}
                        class="tick"
                        data-last={place_in(zoom, at) > 90}
                        style={{ left: `${place_in(zoom, at)}%` }}
                    >
                        {at === 0 ? "0" : span_time(at)}
                    </span>
                ))}
            </span>
        </div>
    );
}

interface RowProps {
    trace: Trace;
    span: TraceSpan;
    at: number;
    row: number;
    start: number;
    zoom: Window;
    wait: QueueWait | undefined;
    // Whether those below are shown; undefined when there are none.
    fold: boolean | undefined;
    set_fold: (open: boolean) => void;
    active: boolean;
    chosen: boolean;
    open: () => void;
}

function SpanRow(props: RowProps) {
    const { trace, span, at, row, start, zoom, wait, fold, set_fold, active, chosen, open } = props;
    const colour = `var(--lane-${(span.service % colours) + 1})`;
    return (
        <div
            id={`span-${at}`}
            class="span-row"
            role="row"
            aria-rowindex={row + 1}
            aria-level={span.depth + 1}
            aria-expanded={fold}
            aria-selected={chosen}
            data-active={active}
            style={{ transform: `translateY(${start}px)`, height: `${row_height}px` }}
            onClick={open}
        >
            <span
                class="span-name"
                role="gridcell"
                style={{ paddingLeft: `${8 + 14 * Math.min(span.depth, 24)}px` }}
            >
                <span
                    class="span-fold"
                    aria-hidden="true"
                    onClick={(click) => {
                        if (fold === undefined) return;
                        click.stopPropagation();
                        set_fold(!fold);
                    }}
                >
                    {fold === undefined ? "" : fold ? "▾" : "▸"}
                </span>
                <span class="span-service" style={{ borderColor: colour }}>
                    <LogText text={service_of(trace, span)} one_line limit={40} />
                </span>
                {span.error && (
                    <span class="span-error" title={t("trace.failed_span")}>
                        ✕<span class="visually-hidden"> {t("trace.failed_span")}</span>
                    </span>
                )}
                <LogText text={name_of(trace, span)} one_line limit={90} />
            </span>
            <span class="span-times" role="gridcell">
                {wait && in_sight(zoom, wait.start_ns, wait.duration_ns) && (
                    <span
                        class="wait-bar"
                        style={bar_style(zoom, wait.start_ns, wait.duration_ns)}
                    />
                )}
                {in_sight(zoom, span.start_ns, span.duration_ns) && (
                    <span
                        class="span-bar"
                        data-error={span.error === true}
                        style={{
                            ...bar_style(zoom, span.start_ns, span.duration_ns),
                            background: colour,
                        }}
                    />
                )}
                <Label {...{ span, wait, zoom }} />
            </span>
        </div>
    );
}

// Beside the bar, on the side that has room.
function Label({ span, wait, zoom }: Pick<RowProps, "span" | "wait" | "zoom">) {
    const begin = Math.min(span.start_ns, wait?.start_ns ?? span.start_ns);
    const left = place_in(zoom, begin);
    const right = place_in(zoom, span.start_ns + span.duration_ns);
    const before = right > 65 && left > 35;
    const inside = right > 65 && left <= 35;
    const words = [span_time(span.duration_ns)];
    if (wait) words.push(t("trace.wait", { time: span_time(wait.duration_ns), queue: wait.queue }));
    if (span.logs) words.push(t("trace.span_logs", { count: span.logs }));
    const percent = (share: number, pixels: number) => `calc(${share.toFixed(3)}% + ${pixels}px)`;
    const style = before
        ? { right: percent(100 - left, 6), maxWidth: percent(left, -6) }
        : inside
          ? { right: "6px" }
          : { left: percent(right, 6), maxWidth: percent(100 - right, -6) };
    return (
        <span class="span-label" data-inside={inside} style={style}>
            <LogText text={words.join(" · ")} one_line limit={120} />
        </span>
    );
}
