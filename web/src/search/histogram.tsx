import { signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { duration_text, error_text, number_text, t } from "../i18n/texts.ts";
import type { HistogramAnswer } from "../api/types.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { language, theme, zone } from "../settings/settings.ts";
import { date_time } from "../time/format.ts";
import { same_range, type Range } from "../time/range.ts";
import { histogram_options, stacked } from "./histogram_chart.ts";
import { change_view, found, histogram, view } from "./search_state.ts";

export function Histogram() {
    const { value, failure } = histogram.value;
    if (failure) {
        // What fails the whole search is said once, by the results.
        if (found.value.failure) return null;
        const message = error_text(failure);
        return <p class="histogram-failed">{t("histogram.failed", { message })}</p>;
    }
    if (!value) return <div class="histogram" />;
    if (value.total === 0 || value.buckets.length === 0) return null;
    return <Chart answer={value} />;
}

interface Hover {
    index: number;
    left: number;
    // Where there is more room for the tooltip.
    side: "left" | "right";
}

// Ranges that a zoom left, to go back to; each with the range that the zoom led to.
const zooms = signal<{ left: Range; to: Range }[]>([]);

function zoom(from: number, to: number): void {
    const range: Range = { kind: "between", from, to };
    const last = zooms.peek().at(-1);
    const going_on = last !== undefined && same_range(last.to, view.peek().range);
    zooms.value = [...(going_on ? zooms.peek() : []), { left: view.peek().range, to: range }];
    change_view({ range });
}

// Whether the shown range came from a zoom, so that it can be undone.
const can_undo = (): boolean => {
    const last = zooms.value.at(-1);
    return last !== undefined && same_range(last.to, view.value.range);
};

function undo_zoom(): void {
    const last = zooms.peek().at(-1);
    if (!last || !can_undo()) return;
    zooms.value = zooms.peek().slice(0, -1);
    change_view({ range: last.left });
}

function zoom_out(answer: HistogramAnswer): void {
    const range = view.peek().range;
    if (range.kind === "all") return;
    const { from, to } = range.kind === "between" ? range : answer;
    const half = (to - from) / 2;
    zoom(Math.floor(from - half), Math.ceil(to + half));
}

function Chart({ answer }: { answer: HistogramAnswer }) {
    const place = useRef<HTMLDivElement>(null);
    const chart = useRef<uPlot>(null);
    const [hover, set_hover] = useState<Hover | null>(null);
    const keys = use_bar_keys(answer, chart, set_hover);
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        const drawn = new uPlot(
            histogram_options(answer, element, zone.peek(), {
                hover: (index, left) => {
                    const side = left > element.clientWidth / 2 ? "left" : "right";
                    set_hover(index === null ? null : { index, left, side });
                },
                zoom,
            }),
            stacked(answer).data,
            element,
        );
        chart.current = drawn;
        const resized = new ResizeObserver(() =>
            drawn.setSize({ width: element.clientWidth, height: element.clientHeight }),
        );
        resized.observe(element);
        return () => {
            resized.disconnect();
            drawn.destroy();
            chart.current = null;
            set_hover(null);
        };
    }, [answer, theme(), zone.value, language.value]);
    return (
        <div class="histogram" data-testid="histogram">
            <p class="histogram-note muted">
                {t("histogram.interval", { interval: duration_text(answer.interval_ms / 1000) })}
                <span class="histogram-hint"> · {t("histogram.hint")}</span>{" "}
                {can_undo() && (
                    <button
                        type="button"
                        class="button button-small button-bare"
                        onClick={undo_zoom}
                    >
                        {t("histogram.undo")}
                    </button>
                )}
                {view.value.range.kind !== "all" && (
                    <button
                        type="button"
                        class="button button-small button-bare"
                        onClick={() => zoom_out(answer)}
                    >
                        {t("range.wider")}
                    </button>
                )}
            </p>
            <div
                ref={place}
                class="histogram-plot"
                role="slider"
                tabIndex={0}
                aria-label={t("histogram.label", { total: answer.total })}
                aria-description={t("histogram.keys")}
                title={t("histogram.keys")}
                aria-valuemin={0}
                aria-valuemax={answer.buckets.length - 1}
                aria-valuenow={keys.at}
                aria-valuetext={keys.text}
                onKeyDown={keys.on_key}
                onBlur={keys.leave}
            />
            {hover && <Tooltip answer={answer} hover={hover} />}
        </div>
    );
}

function Tooltip({ answer, hover }: { answer: HistogramAnswer; hover: Hover }) {
    const bucket = answer.buckets[hover.index];
    if (!bucket) return null;
    const levels = Object.entries(bucket.by ?? {}).filter(([, count]) => count > 0);
    return (
        <div class="histogram-tooltip" data-side={hover.side} style={{ left: `${hover.left}px` }}>
            <p>{date_time(bucket.start, zone.value)}</p>
            <dl>
                {levels.map(([level, count]) => (
                    <div>
                        <dt>
                            <LevelMark level={level} />
                        </dt>
                        <dd>{number_text(count)}</dd>
                    </div>
                ))}
            </dl>
            <p>{t("search.events", { count: bucket.count })}</p>
        </div>
    );
}

// The keyboard's way through the bars: a bar, or those between it and where Shift was first held.
function use_bar_keys(
    answer: HistogramAnswer,
    chart: RefObject<uPlot | null>,
    set_hover: (hover: Hover | null) => void,
) {
    const last = answer.buckets.length - 1;
    const [at, set_at] = useState(last);
    const [anchor, set_anchor] = useState(last);
    const start_of = (index: number) =>
        (answer.buckets[0]?.start ?? 0) + index * answer.interval_ms;
    const show = (index: number, from: number) => {
        set_at(index);
        set_anchor(from);
        const drawn = chart.current;
        if (!drawn) return;
        const left = drawn.valToPos(start_of(Math.min(index, from)), "x");
        const right = drawn.valToPos(start_of(Math.max(index, from) + 1), "x");
        const height = drawn.over.clientHeight;
        drawn.setSelect({ left, width: right - left, top: 0, height }, false);
        const place = drawn.valToPos(start_of(index), "x") + drawn.over.offsetLeft;
        set_hover({ index, left: place, side: index > last / 2 ? "left" : "right" });
    };
    const leave = () => {
        chart.current?.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        set_hover(null);
    };
    const on_key = (press: KeyboardEvent) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[press.key];
        const goal = { Home: 0, End: last }[press.key] ?? at + (step ?? NaN);
        if (!Number.isNaN(goal)) {
            const next = Math.max(0, Math.min(last, goal));
            show(next, press.shiftKey ? anchor : next);
        } else if (press.key === "Enter") {
            zoom(start_of(Math.min(at, anchor)), start_of(Math.max(at, anchor) + 1));
        } else if (press.key === "-") zoom_out(answer);
        else if (press.key === "Backspace") undo_zoom();
        else if (press.key === "Escape") leave();
        else return;
        press.preventDefault();
        press.stopPropagation();
    };
    const time = (index: number) => date_time(start_of(index), zone.value);
    const events = t("search.events", { count: answer.buckets[at]?.count ?? 0 });
    const bar = t("histogram.bar", { time: time(at), events });
    const [first, end] = [Math.min(at, anchor), Math.max(at, anchor) + 1];
    const selected = t("histogram.selected", { from: time(first), to: time(end) });
    return { at, on_key, leave, text: at === anchor ? bar : `${bar}; ${selected}` };
}
