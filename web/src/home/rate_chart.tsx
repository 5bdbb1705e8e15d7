import { useEffect, useRef, useState } from "preact/hooks";
import { rate_text } from "../i18n/amounts.ts";
import { zone } from "../settings/settings.ts";
import { clock_parts } from "../time/format.ts";
import { axis_top, type Rates } from "./rates.ts";

const height = 190;
const left = 40;
const bottom = 22;
const top = 6;

interface Props {
    rates: Rates;
    // The class that gives a series its colour.
    colour_of: (name: string | null, at: number) => string;
    label: string;
}

// Events per second as stacked bars. The table beside it holds the figures.
export function RateChart({ rates, colour_of, label }: Props) {
    const [hovered, set_hovered] = useState<number | null>(null);
    const [width, set_width] = useState(800);
    const place = useRef<HTMLDivElement>(null);
    useEffect(() => {
        if (!place.current) return;
        const resized = new ResizeObserver(([entry]) =>
            set_width(Math.max(240, Math.round(entry?.contentRect.width ?? 0))),
        );
        resized.observe(place.current);
        return () => resized.disconnect();
    }, []);
    const most = axis_top(rates.peak);
    const count = rates.starts.length || 1;
    const bar = (width - left) / count;
    const y_of = (rate: number) => top + (1 - rate / most) * (height - top - bottom);
    const feet = rates.starts.map(() => 0);
    // Drawn from the bottom of the stack: the largest series first.
    const bars = rates.series.map((series, row) => (
        <path
            key={series.name ?? "\0"}
            class={"rate-bar " + colour_of(series.name, row)}
            d={series.rates
                .map((rate, at) => {
                    if (rate === 0) return "";
                    const foot = feet[at] ?? 0;
                    feet[at] = foot + rate;
                    const [x, y] = [left + at * bar + bar * 0.08, y_of(foot + rate)];
                    return `M${x.toFixed(1)} ${y.toFixed(1)}h${(bar * 0.84).toFixed(1)}V${y_of(foot).toFixed(1)}h${(-bar * 0.84).toFixed(1)}z`;
                })
                .join("")}
        />
    ));
    return (
        <div ref={place} class="rate-chart" onPointerLeave={() => set_hovered(null)}>
            <svg width={width} height={height} role="img" aria-label={label}>
                {[0, 0.5, 1].map((share) => (
                    <g key={share}>
                        <line
                            class="rate-grid"
                            x1={left}
                            x2={width}
                            y1={y_of(share * most)}
                            y2={y_of(share * most)}
                        />
                        <text x={left - 6} y={y_of(share * most) + 4} text-anchor="end">
                            {rate_text(share * most)}
                        </text>
                    </g>
                ))}
                {hovered !== null && (
                    <rect
                        class="rate-hover"
                        x={left + hovered * bar}
                        y={top}
                        width={bar}
                        height={height - top - bottom}
                    />
                )}
                {bars}
                <TimeLabels rates={rates} bar={bar} width={width} />
                {rates.starts.map((start, at) => (
                    <rect
                        key={start}
                        class="rate-touch"
                        x={left + at * bar}
                        y="0"
                        width={bar}
                        height={height}
                        onPointerEnter={() => set_hovered(at)}
                    />
                ))}
            </svg>
            {hovered !== null && (
                <RateTip
                    rates={rates}
                    at={hovered}
                    share={(left + (hovered + 0.5) * bar) / width}
                />
            )}
        </div>
    );
}

function TimeLabels({ rates, bar, width }: { rates: Rates; bar: number; width: number }) {
    const every = Math.max(1, Math.ceil(90 / bar));
    return (
        <>
            {rates.starts.map((start, at) =>
                at % every === 0 && left + at * bar < width - 40 ? (
                    <text key={start} x={left + at * bar} y={height - 6}>
                        {clock_parts(start, zone.value).time.slice(0, 5)}
                    </text>
                ) : null,
            )}
        </>
    );
}

function RateTip({ rates, at, share }: { rates: Rates; at: number; share: number }) {
    const sum = rates.series.reduce((whole, series) => whole + (series.rates[at] ?? 0), 0);
    const { time } = clock_parts(rates.starts[at] ?? 0, zone.value);
    return (
        <div
            class="rate-tip"
            style={{ left: `${share * 100}%` }}
            data-side={share > 0.6 ? "left" : "right"}
        >
            {time.slice(0, 5)} · {rate_text(sum)}/s
        </div>
    );
}
