import { useState } from "preact/hooks";
import type { Order, OrderEvent } from "../api/types.ts";
import { duration_text, t, title_text } from "../i18n/texts.ts";
import { LevelMark, level_name } from "../record/level_mark.tsx";
import { RecordDetail } from "../record/record_detail.tsx";
import { default_view, view_url } from "../search/search_view.ts";
import { zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { clock_parts } from "../time/format.ts";
import { lane_class } from "./lanes.ts";

// A wait worth noticing in the list.
const long_wait_seconds = 15 * 60;

// Every event of the order in plain sentences; each opens its log record.
export function OrderEvents({ order }: { order: Order }) {
    return (
        <section class="card events" aria-label={t("order.events")}>
            <h2>
                {t("order.events")}{" "}
                <span class="muted">{t("order.events_count", { count: order.events.length })}</span>
            </h2>
            <ol data-testid="order-events">
                {order.events.map((event, at) => (
                    <EventLine
                        key={event.index + "~" + event.id}
                        event={event}
                        at={at}
                        lane={order.lanes.indexOf(event.lane)}
                        previous={order.events[at - 1]}
                    />
                ))}
            </ol>
        </section>
    );
}

interface Props {
    event: OrderEvent;
    at: number;
    lane: number;
    previous: OrderEvent | undefined;
}

function EventLine({ event, at, lane, previous }: Props) {
    const [open, set_open] = useState(false);
    const { date, time, fraction } = clock_parts(Date.parse(event.timestamp), zone.value);
    const before = previous && clock_parts(Date.parse(previous.timestamp), zone.value);
    const level = level_name(event.level);
    return (
        <li
            id={`event-${at}`}
            class={`event ${lane_class(lane)}`}
            data-first-of-lane={previous?.lane !== event.lane}
        >
            {before?.date !== date && <p class="event-date">{date}</p>}
            <button
                type="button"
                class="event-line"
                aria-expanded={open}
                aria-controls={`event-record-${at}`}
                onClick={() => set_open(!open)}
            >
                <time class="event-time code" dateTime={event.timestamp}>
                    {time}
                    <span class="muted">{fraction}</span>
                </time>
                <Since event={event} first={previous === undefined} />
                <span class="event-lane">
                    <LogText text={event.lane} one_line limit={40} />
                </span>
                <span class="event-title">
                    <LogText
                        text={title_text(event.title) || event.event_type}
                        one_line
                        limit={200}
                    />
                    {level !== "info" && level !== "other" && <LevelMark level={event.level} />}
                    {event.message && (
                        <span class="event-message muted">
                            <LogText text={event.message} one_line limit={200} />
                        </span>
                    )}
                    {event.joined_by !== "order_id" && (
                        <span class="event-joined muted">
                            {t("order.joined_by", { field: event.joined_by })}
                        </span>
                    )}
                </span>
                <span class="event-arrow" aria-hidden="true">
                    {open ? "▾" : "▸"}
                </span>
            </button>
            {open && (
                <div id={`event-record-${at}`} class="event-record">
                    <RecordDetail record={event} order_link={false} link={event_url(event)} />
                </div>
            )}
        </li>
    );
}

function Since({ event, first }: { event: OrderEvent; first: boolean }) {
    if (first) return <span class="event-since" />;
    const seconds = event.since_previous_seconds;
    const duration = duration_text(seconds);
    return (
        <span
            class="event-since"
            data-long={seconds >= long_wait_seconds}
            title={t("order.since_previous", { duration })}
        >
            {seconds < 0 ? "" : "+"}
            {duration}
        </span>
    );
}

// The event in the search page, among everything that happened around it.
function event_url(event: OrderEvent): string {
    const at = Date.parse(event.timestamp);
    return view_url({
        ...default_view,
        range: { kind: "between", from: at - 60_000, to: at + 60_000 },
        open: { index: event.index, id: event.id, timestamp: event.timestamp },
    });
}
