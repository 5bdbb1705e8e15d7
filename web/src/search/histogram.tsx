import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { duration_text, error_text, number_text, t } from "../i18n/texts.ts";
import type { HistogramAnswer } from "../api/types.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { language, theme, zone } from "../settings/settings.ts";
import { date_time } from "../time/format.ts";
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

function Chart({ answer }: { answer: HistogramAnswer }) {
    const place = useRef<HTMLDivElement>(null);
    const [hover, set_hover] = useState<Hover | null>(null);
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        const chart = new uPlot(
            histogram_options(answer, element, zone.peek(), {
                hover: (index, left) => {
                    const side = left > element.clientWidth / 2 ? "left" : "right";
                    set_hover(index === null ? null : { index, left, side });
                },
                zoom: (from, to) => change_view({ range: { kind: "between", from, to } }),
            }),
            stacked(answer).data,
            element,
        );
        const resized = new ResizeObserver(() =>
            chart.setSize({ width: element.clientWidth, height: element.clientHeight }),
        );
        resized.observe(element);
        return () => {
            resized.disconnect();
            chart.destroy();
            set_hover(null);
        };
    }, [answer, theme(), zone.value, language.value]);
    return (
        <div class="histogram" data-testid="histogram">
            <p class="histogram-note muted">
                {t("histogram.interval", { interval: duration_text(answer.interval_ms / 1000) })}
                <span class="histogram-hint"> · {t("histogram.hint")}</span>{" "}
                <ZoomOut answer={answer} />
            </p>
            <div
                ref={place}
                class="histogram-plot"
                role="img"
                aria-label={t("histogram.label", { total: answer.total })}
            />
            {hover && <Tooltip answer={answer} hover={hover} />}
        </div>
    );
}

// Twice the time, around the same middle.
function ZoomOut({ answer }: { answer: HistogramAnswer }) {
    const range = view.value.range;
    if (range.kind === "all") return null;
    const { from, to } = range.kind === "between" ? range : answer;
    const half = (to - from) / 2;
    return (
        <button
            type="button"
            class="button button-small button-bare"
            onClick={() =>
                change_view({ range: { kind: "between", from: from - half, to: to + half } })
            }
        >
            {t("range.wider")}
        </button>
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
