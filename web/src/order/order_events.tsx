import { useEffect, useState } from "preact/hooks";
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
// Events shown at once: so many from the beginning and from the end, more on demand.
const shown_at_first = 150;
const shown_more = 500;

interface ListProps {
    order: Order;
    // The event to go to; a new object asks again.
    goal: { at: number } | null;
}

// Every event of the order in plain sentences; each opens its log record.
export function OrderEvents({ order, goal }: ListProps) {
    const [begin, set_begin] = useState(shown_at_first);
    const count = order.events.length;
    const tail = Math.max(begin, count - shown_at_first);
    useEffect(() => {
        if (!goal) return;
        if (goal.at >= begin && goal.at < tail) set_begin(goal.at + shown_at_first);
        // After the list has grown.
        const frame = requestAnimationFrame(() => {
            const row = document.getElementById(`event-${goal.at}`);
            row?.scrollIntoView({ block: "center" });
            row?.querySelector("button")?.focus({ preventScroll: true });
        });
        return () => cancelAnimationFrame(frame);
    }, [goal]);
    const line = (event: OrderEvent, at: number) => (
        <EventLine
            key={event.index + "~" + event.id}
            event={event}
            at={at}
            lane={order.lanes.indexOf(event.lane)}
            previous={order.events[at - 1]}
        />
    );
    return (
        <section class="card events" aria-label={t("order.events")}>
            <h2>
                {t("order.events")} <span class="muted">{t("order.events_count", { count })}</span>
            </h2>
            {order.truncated && (
                <p class="events-truncated" role="note">
                    {t("order.events_truncated")}
                </p>
            )}
            <ol data-testid="order-events">
                {order.events.slice(0, begin).map(line)}
                {begin < tail && (
                    <li class="events-between">
                        <button
                            type="button"
                            class="button"
                            onClick={() => set_begin(begin + shown_more)}
                        >
                            {t("order.events_between", {
                                count: Math.min(shown_more, tail - begin),
                            })}
                        </button>
                    </li>
                )}
                {order.events.slice(tail).map((event, at) => line(event, tail + at))}
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
                aria-controls={open ? `event-record-${at}` : undefined}
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
                <Said event={event} />
                <span class="event-arrow" aria-hidden="true">
                    {open ? "▾" : "▸"}
                </span>
            </button>
            {open && (
                <div id={`event-record-${at}`} class="event-record">
                    <p class="event-place">
                        <a class="button button-small button-main" href={event_url(event)}>
                            {t("order.show_in_search")}
                        </a>
                    </p>
                    <RecordDetail record={event} order_link={false} link={() => event_url(event)} />
                </div>
            )}
        </li>
    );
}

// The event in words: the catalog's sentence, else its name and message.
function Said({ event }: { event: OrderEvent }) {
    const level = level_name(event.level);
    const sentence = event.sentence && title_text(event.sentence);
    const marks = [
        event.move === "late" && t("order.late"),
        event.move === "repeated" && t("order.repeated"),
        event.joined_by !== "order_id" && t("order.joined_by", { field: event.joined_by }),
    ].filter((mark) => mark !== false);
    return (
        <span class="event-title">
            <LogText
                text={(sentence ?? title_text(event.title)) || event.event_type}
                one_line
                limit={300}
            />
            {level !== "info" && level !== "other" && <LevelMark level={event.level} />}
            {!sentence && event.message && (
                <span class="event-message muted">
                    <LogText text={event.message} one_line limit={200} />
                </span>
            )}
            {marks.length > 0 && <span class="event-marks muted">{marks.join(" · ")}</span>}
        </span>
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
