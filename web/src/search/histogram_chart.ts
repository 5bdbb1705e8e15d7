import uPlot from "uplot";
import type { HistogramAnswer } from "../api/types.ts";
import { number_text } from "../i18n/texts.ts";
import { level_name, level_names, type LevelName } from "../record/level_mark.tsx";
import { clock_parts, zone_minutes, type Zone } from "../time/format.ts";

export interface Stacked {
    // Bottom of the stack first; only levels that occur.
    levels: LevelName[];
    // Times, then one row per level from the top of the stack down: each bar hides the foot of the
    // one drawn before it.
    data: uPlot.AlignedData;
}

export function stacked(answer: HistogramAnswer): Stacked {
    const counts = answer.buckets.map((bucket) => {
        const by_name = new Map<LevelName, number>();
        let named = 0;
        for (const [level, count] of Object.entries(bucket.by ?? {})) {
            const name = level_name(level);
            by_name.set(name, (by_name.get(name) ?? 0) + count);
            named += count;
        }
        // Events without the field are in the count only.
        by_name.set("other", (by_name.get("other") ?? 0) + Math.max(0, bucket.count - named));
        return by_name;
    });
    const levels = level_names.filter((name) => counts.some((count) => (count.get(name) ?? 0) > 0));
    const sums = answer.buckets.map(() => 0);
    const rows = levels.map((name) =>
        counts.map((count, at) => (sums[at] = (sums[at] ?? 0) + (count.get(name) ?? 0))),
    );
    return { levels, data: [answer.buckets.map((bucket) => bucket.start), ...rows.reverse()] };
}

export interface HistogramEvents {
    // The bar under the pointer, and where its pointer is; `null` when there is none.
    hover: (index: number | null, left: number) => void;
    zoom: (from: number, to: number) => void;
}

export function histogram_options(
    answer: HistogramAnswer,
    element: HTMLElement,
    zone: Zone,
    events: HistogramEvents,
): uPlot.Options {
    const colour = colours_of(element);
    const first = answer.buckets[0]?.start ?? answer.from;
    const end = (answer.buckets.at(-1)?.start ?? first) + answer.interval_ms;
    const bars = uPlot.paths.bars?.({ size: [0.86, Infinity], align: 1 });
    const axis: uPlot.Axis = {
        stroke: colour("--text-secondary"),
        font: "11px " + getComputedStyle(element).fontFamily,
        grid: { stroke: colour("--border-subtle"), width: 1 },
        ticks: { show: false },
    };
    return {
        width: element.clientWidth,
        height: element.clientHeight,
        ms: 1,
        tzDate: (at) => clock_of(at, zone),
        legend: { show: false },
        padding: [6, 16, 0, 0],
        scales: {
            x: { time: true, range: [first, end] },
            y: { range: (_, __, most) => [0, most * 1.06 || 1] },
        },
        axes: [
            {
                ...axis,
                size: 36,
                gap: 7,
                grid: { show: false },
                values: (_, splits) => time_labels(splits, zone),
            },
            { ...axis, size: 46, space: 26, values: (_, splits) => splits.map(count_label) },
        ],
        cursor: {
            y: false,
            points: { show: false },
            drag: { x: true, y: false, setScale: false },
        },
        series: [
            {},
            ...stacked(answer)
                .levels.reverse()
                .map((name) => ({
                    fill: colour(`--level-${name}`),
                    width: 0,
                    points: { show: false },
                    ...(bars && { paths: bars }),
                })),
        ],
        hooks: {
            setCursor: [
                (chart) => {
                    const left = chart.cursor.left ?? -1;
                    if (left < 0) {
                        events.hover(null, 0);
                        return;
                    }
                    const at = chart.posToVal(left, "x");
                    const index = Math.floor((at - first) / answer.interval_ms);
                    events.hover(index, left + chart.bbox.left / devicePixelRatio);
                },
            ],
            setSelect: [
                (chart) => {
                    const { left, width } = chart.select;
                    if (width < 4) return;
                    events.zoom(
                        Math.floor(chart.posToVal(left, "x")),
                        Math.ceil(chart.posToVal(left + width, "x")),
                    );
                },
            ],
        },
    };
}

// A date whose local parts are the zone's clock, which is what uPlot lays its ticks by.
function clock_of(epoch_ms: number, zone: Zone): Date {
    if (zone === "local") return new Date(epoch_ms);
    const at = new Date(epoch_ms + zone_minutes(epoch_ms, zone) * 60_000);
    return new Date(
        at.getUTCFullYear(),
        at.getUTCMonth(),
        at.getUTCDate(),
        at.getUTCHours(),
        at.getUTCMinutes(),
        at.getUTCSeconds(),
        at.getUTCMilliseconds(),
    );
}

const count_label = (count: number): string => (Number.isInteger(count) ? number_text(count) : "");

// The time of day, and below it the date where it is new.
function time_labels(splits: number[], zone: Zone): string[] {
    let shown = "";
    const seconds = splits.some((at) => at % 60_000 !== 0);
    return splits.map((at, place) => {
        const { date, time } = clock_parts(at, zone);
        const label = seconds ? time : time.slice(0, 5);
        // A first date right before the next one has no room.
        const next = splits[1];
        const crowded = place === 0 && next !== undefined && clock_parts(next, zone).date !== date;
        if (date === shown || crowded) return label;
        shown = date;
        return `${label}\n${date}`;
    });
}

// The canvas needs plain colours; a probe lets the browser work the tokens out.
function colours_of(element: HTMLElement): (token: string) => string {
    return (token) => {
        const probe = document.createElement("span");
        probe.style.color = `var(${token})`;
        element.append(probe);
        const colour = getComputedStyle(probe).color;
        probe.remove();
        return colour;
    };
}
