import { useEffect, useRef, useState } from "preact/hooks";
import type { Order } from "../api/types.ts";
import { duration_text, t, title_text } from "../i18n/texts.ts";
import { level_name } from "../record/level_mark.tsx";
import { zone } from "../settings/settings.ts";
import { visible_text } from "../text/visible.ts";
import { date_time } from "../time/format.ts";
import { server_now } from "../time/server_clock.ts";
import { lane_layout, type Gap, type LaneLayout, type PlacedEvent } from "./lane_layout.ts";
import { lane_class } from "./lanes.ts";

const lane_height = 30;
const top = 24;
const left = 104;
const right = 60;

// The order's way: a line per system, time to the right.
export function LaneStrip({ order }: { order: Order }) {
    const place = useRef<HTMLDivElement>(null);
    const [width, set_width] = useState(0);
    useEffect(() => {
        if (!place.current) return;
        const resized = new ResizeObserver(([entry]) => set_width(entry?.contentRect.width ?? 0));
        resized.observe(place.current);
        return () => resized.disconnect();
    }, []);
    if (order.events.length === 0) return null;
    return (
        <section class="card strip" aria-label={t("order.lanes")}>
            <h2>
                {t("order.lanes")} <span class="muted">{t("order.lanes_note")}</span>
                <Legend />
            </h2>
            <div ref={place} data-testid="lane-strip">
                {width > 0 && <Strip order={order} width={Math.max(width, 420)} />}
            </div>
        </section>
    );
}

function Legend() {
    return (
        <span class="strip-legend muted" aria-hidden="true">
            <svg width="28" height="10">
                <line class="strip-work" x1="0" y1="5" x2="28" y2="5" />
            </svg>
            {t("order.lanes_legend_work")}
            <svg width="28" height="10">
                <rect class="strip-wait" width="28" height="10" />
            </svg>
            {t("order.lanes_legend_wait")}
        </span>
    );
}

function Strip({ order, width }: { order: Order; width: number }) {
    const layout = lane_layout(order, server_now());
    const height = top + layout.lanes.length * lane_height + 4;
    const x_of = (x: number) => left + x * (width - left - right);
    const y_of = (lane: number) => top + (lane + 0.5) * lane_height;
    return (
        <svg width={width} height={height} role="img" aria-label={strip_text(order, layout)}>
            <defs>
                <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
                    <path d="M-1 7 7-1M-1 1 1-1M5 7 7 5" class="strip-hatch" />
                </pattern>
            </defs>
            {layout.lanes.map((lane, at) => (
                <g class={lane_class(at)}>
                    <line class="strip-lane" x1={left} x2={width} y1={y_of(at)} y2={y_of(at)} />
                    <rect
                        class="strip-swatch"
                        x="0"
                        y={y_of(at) - 5}
                        width="4"
                        height="10"
                        rx="1"
                    />
                    <text class="strip-name" x="11" y={y_of(at) + 4}>
                        {visible_text(lane).slice(0, 14)}
                    </text>
                </g>
            ))}
            {layout.gaps.map((gap) => (
                <GapLine {...{ gap, x_of, y_of }} stuck={order.stuck} />
            ))}
            {layout.events.map((placed, at) => (
                <EventDot {...{ placed, at, x_of, y_of }} />
            ))}
        </svg>
    );
}

interface Scale {
    x_of: (x: number) => number;
    y_of: (lane: number) => number;
}

type GapProps = Scale & { gap: Gap; stuck: boolean };

function GapLine({ gap, stuck, x_of, y_of }: GapProps) {
    const [x1, x2] = [x_of(gap.x_from), x_of(gap.x_to)];
    const [from, y] = [y_of(gap.lane_from), y_of(gap.lane)];
    const label = duration_text(gap.seconds);
    return (
        <g class={`strip-gap ${gap.ongoing && stuck ? "strip-stuck" : ""}`}>
            {y !== from && <line class="strip-hand" x1={x1} y1={from} x2={x1} y2={y} />}
            {gap.kind === "work" ? (
                <line class="strip-work" x1={x1} y1={y} x2={x2} y2={y} />
            ) : (
                <rect class="strip-wait" x={x1} y={y - 5} width={x2 - x1} height="10" />
            )}
            {gap.ongoing && (
                <text class="strip-now" x={x2 + 6} y={y + 4}>
                    {t("order.lanes_now")}
                </text>
            )}
            {x2 - x1 > label.length * 7 + 6 && (
                <text class="strip-duration" x={(x1 + x2) / 2} y="13">
                    {label}
                </text>
            )}
            <line class="strip-tick" x1={x2} y1="6" x2={x2} y2={top - 6} />
        </g>
    );
}

type DotProps = Scale & { placed: PlacedEvent; at: number };

// A circle; events that went wrong have the shapes of their level.
function EventDot({ placed, at, x_of, y_of }: DotProps) {
    const { event, lane } = placed;
    const [x, y] = [x_of(placed.x), y_of(lane)];
    const level = level_name(event.level);
    const what = `${date_time(Date.parse(event.timestamp), zone.value)}  ${title_text(event.title)}`;
    const show = () => {
        const row = document.getElementById(`event-${at}`);
        row?.scrollIntoView({ block: "center" });
        row?.querySelector("button")?.focus();
    };
    return (
        <g class={`strip-event level-${level} ${lane_class(lane)}`} onClick={show}>
            <title>{visible_text(what)}</title>
            {level === "error" || level === "fatal" ? (
                <path d={`M${x} ${y - 7}l7 7-7 7-7-7z`} />
            ) : level === "warn" ? (
                <path d={`M${x} ${y - 7}l7 12h-14z`} />
            ) : (
                <circle cx={x} cy={y} r="5" />
            )}
        </g>
    );
}

function strip_text(order: Order, layout: LaneLayout): string {
    const steps = layout.events.map(({ event }) => `${event.lane}: ${title_text(event.title)}`);
    return `${t("order.title", { id: order.order_id })}. ${steps.join("; ")}`;
}
