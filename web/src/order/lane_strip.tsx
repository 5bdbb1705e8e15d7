import { useEffect, useRef, useState } from "preact/hooks";
import type { Order } from "../api/types.ts";
import { duration_text, t, title_text } from "../i18n/texts.ts";
import { level_name } from "../record/level_mark.tsx";
import { zone } from "../settings/settings.ts";
import { visible_text } from "../text/visible.ts";
import { date_time } from "../time/format.ts";
import { server_now } from "../time/server_clock.ts";
import { lane_labels } from "./lane_labels.ts";
import { lane_layout, most_drawn, type Gap, type LaneLayout } from "./lane_layout.ts";
import { EventSign, Legend, MissingSign } from "./lane_signs.tsx";
import { lane_class } from "./lanes.ts";
import { use_zoom, ZoomButtons } from "./lane_zoom.tsx";

const lane_height = 42;
const top = 24;
const names_width = 96;
const left = 12;
const right = 56;

interface Props {
    order: Order;
    // Shows an event in the list.
    show_event: (at: number) => void;
}

// The order's way: a line per system, time to the right.
export function LaneStrip({ order, show_event }: Props) {
    const place = useRef<HTMLDivElement>(null);
    const [width, set_width] = useState(0);
    const zoom = use_zoom(place);
    useEffect(() => {
        if (!place.current) return;
        const resized = new ResizeObserver(([entry]) => set_width(entry?.contentRect.width ?? 0));
        resized.observe(place.current);
        return () => resized.disconnect();
    }, []);
    if (order.events.length === 0) return null;
    const layout = lane_layout(order, server_now());
    const height = top + layout.lanes.length * lane_height + 20;
    const cut = order.events.length > most_drawn;
    return (
        <section class="card strip" aria-label={t("order.lanes")}>
            <header class="strip-head">
                <h2>
                    {t("order.lanes")}{" "}
                    <span class="muted">
                        {cut ? t("order.lanes_cut", { count: most_drawn }) : t("order.lanes_note")}
                    </span>
                </h2>
                <ZoomButtons zoom={zoom} />
            </header>
            <div class="strip-body" data-testid="lane-strip">
                <LaneNames lanes={layout.lanes} height={height} />
                <div
                    ref={place}
                    class="strip-scroll"
                    role="region"
                    tabIndex={0}
                    aria-label={t("order.lanes_scroll")}
                >
                    {width > 0 && (
                        <Strip
                            {...{ order, layout, height, show_event }}
                            width={Math.round(Math.max(width, 420) * zoom.factor)}
                        />
                    )}
                </div>
            </div>
            <Legend missing={layout.missing.length > 0} />
        </section>
    );
}

const y_of = (lane: number): number => top + (lane + 0.62) * lane_height;

function LaneNames({ lanes, height }: { lanes: string[]; height: number }) {
    return (
        <svg width={names_width} height={height} aria-hidden="true">
            {lanes.map((lane, at) => (
                <g key={lane} class={lane_class(at)}>
                    <rect
                        class="strip-swatch"
                        x="0"
                        y={y_of(at) - 6}
                        width="4"
                        height="12"
                        rx="1"
                    />
                    <text class="strip-name" x="11" y={y_of(at) + 4}>
                        {visible_text(lane).slice(0, 14)}
                    </text>
                </g>
            ))}
        </svg>
    );
}

interface StripProps extends Props {
    layout: LaneLayout;
    width: number;
    height: number;
}

function Strip({ order, layout, width, height, show_event }: StripProps) {
    const x_of = (x: number) => left + x * (width - left - right);
    const name_of = (at: number) => {
        const event = layout.events[at]?.event;
        return event ? visible_text(title_text(event.title) || event.event_type) : "";
    };
    const queues = layout.gaps.flatMap((gap) => {
        const text = queue_of(gap, order);
        return text ? [{ lane: gap.lane, text, to: x_of(gap.x_to) }] : [];
    });
    const labels = lane_labels(layout, name_of, x_of, width - 4, queues);
    return (
        <svg width={width} height={height} role="img" aria-label={strip_text(order, layout)}>
            <defs>
                <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
                    <path d="M-1 7 7-1M-1 1 1-1M5 7 7 5" class="strip-hatch" />
                </pattern>
            </defs>
            {layout.lanes.map((lane, at) => (
                <line key={lane} class="strip-lane" x1="0" x2={width} y1={y_of(at)} y2={y_of(at)} />
            ))}
            {layout.gaps.map((gap, at) => (
                <GapLine key={at} {...{ gap, order, x_of }} />
            ))}
            <MissingWay layout={layout} x_of={x_of} />
            {layout.missing.map((missing) => (
                <MissingSign
                    key={missing.step.state}
                    title={t("order.missing_step", { state: title_text(missing.step.title) })}
                    x={x_of(missing.x)}
                    y={y_of(missing.lane)}
                />
            ))}
            {labels.map(({ event, x, lane, text }) => (
                <text key={event} class="strip-label" x={x - 3} y={y_of(lane) - 10}>
                    {text}
                </text>
            ))}
            {layout.events.map(({ event, at, x, lane }) => (
                <EventSign
                    key={at}
                    level={level_name(event.level)}
                    lane={lane}
                    x={x_of(x)}
                    y={y_of(lane)}
                    title={`${date_time(Date.parse(event.timestamp), zone.value)}  ${title_text(event.title)}`}
                    on_click={() => show_event(at)}
                />
            ))}
            <Ends order={order} layout={layout} width={width} y={height - 5} />
        </svg>
    );
}

// Dashed from event to event, over the steps between them that no event tells of.
function MissingWay({ layout, x_of }: { layout: LaneLayout; x_of: (x: number) => number }) {
    const point = (place: { x: number; lane: number }) => `${x_of(place.x)} ${y_of(place.lane)}`;
    const by_next = Map.groupBy(layout.missing, (missing) =>
        layout.events.findIndex(({ at }) => at >= missing.step.before),
    );
    return (
        <>
            {[...by_next].map(([next, steps]) => {
                const ends = [layout.events[next - 1], ...steps, layout.events[next]];
                const points = ends.flatMap((place) => (place ? [point(place)] : []));
                return <path key={next} class="strip-missing-way" d={"M" + points.join("L")} />;
            })}
        </>
    );
}

interface GapProps {
    gap: Gap;
    order: Order;
    x_of: (x: number) => number;
}

const queue_of = (gap: Gap, order: Order): string | null =>
    gap.ongoing ? visible_text(order.waits_for?.queue_name ?? "") : null;

function GapLine({ gap, order, x_of }: GapProps) {
    const [x1, x2] = [x_of(gap.x_from), x_of(gap.x_to)];
    const [from, y] = [y_of(gap.lane_from), y_of(gap.lane)];
    const label = duration_text(gap.seconds);
    const queue = queue_of(gap, order);
    return (
        <g class={`strip-gap ${gap.ongoing && order.stuck ? "strip-stuck" : ""}`}>
            {gap.kind !== "missing" && y !== from && (
                <line class="strip-hand" x1={x1} y1={from} x2={x1} y2={y} />
            )}
            {gap.kind === "work" && <line class="strip-work" x1={x1} y1={y} x2={x2} y2={y} />}
            {gap.kind === "wait" && (
                <rect class="strip-wait" x={x1} y={y - 5} width={x2 - x1} height="10" />
            )}
            {gap.ongoing && (
                <text class="strip-now" x={x2 + 6} y={y + 4}>
                    {t("order.lanes_now")}
                </text>
            )}
            {queue && (
                <text class="strip-queue" x={x2} y={y - 10}>
                    {queue}
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

interface EndsProps {
    order: Order;
    layout: LaneLayout;
    width: number;
    y: number;
}

// When the way began and, once it is over, when it ended.
function Ends({ order, layout, width, y }: EndsProps) {
    const [first, last] = [layout.events[0], layout.events.at(-1)];
    if (!first || !last) return null;
    const at = (timestamp: string) => date_time(Date.parse(timestamp), zone.value);
    return (
        <g class="strip-ends">
            <text x={left - 4} y={y}>
                {at(first.event.timestamp)}
            </text>
            <text x={width - 4} y={y} text-anchor="end">
                {order.state.final ? at(last.event.timestamp) : t("order.lanes_now")}
            </text>
        </g>
    );
}

function strip_text(order: Order, layout: LaneLayout): string {
    const steps = layout.events.map(({ event }) => `${event.lane}: ${title_text(event.title)}`);
    const missing = order.missing.map(({ title }) =>
        t("order.missing_step", { state: title_text(title) }),
    );
    return `${t("order.title", { id: order.order_id })}. ${[...steps, ...missing].join("; ")}`;
}
