import { useEffect, useRef, useState } from "preact/hooks";
import type { SearchRow } from "../api/types.ts";
import { error_text, t } from "../i18n/texts.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { zone } from "../settings/settings.ts";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { clock_parts } from "../time/format.ts";
import { summary_of, text_field } from "./row_text.ts";
import { use_row_keys } from "./row_keys.ts";
import {
    change_view,
    found as found_signal,
    load_more,
    loading_more,
    running,
    view,
    type FoundRows,
} from "./search_state.ts";
import { use_virtual_rows } from "./virtual_rows.ts";
import "./results_table.css";

const row_height = 27;
const columns = [
    "timestamp",
    "level",
    "service_name",
    "event_type",
    "order_id",
    "message",
] as const;

// The found events, as many rows as are in sight; scrolling to the end loads more.
export function ResultsTable({ found }: { found: FoundRows }) {
    const scroller = useRef<HTMLDivElement>(null);
    const { rows, next_cursor } = found;
    const { items, total_height, scroll_to } = use_virtual_rows(scroller, rows.length, row_height);
    const opened = view.value.open;
    const open_index = opened
        ? rows.findIndex((row) => row.id === opened.id && row.index === opened.index)
        : -1;
    const [active, set_active] = useState(open_index);
    const open = (index: number) => {
        const row = rows[index];
        set_active(index);
        if (row) change_view({ open: { index: row.index, id: row.id, timestamp: row.timestamp } });
    };
    use_row_keys({
        move: (step) => {
            const next = Math.max(0, Math.min(rows.length - 1, active + step));
            set_active(next);
            scroll_to(next);
            if (opened) open(next);
        },
        open: () => open(active),
        close: () => opened && change_view({ open: null }),
    });
    const last = items.at(-1)?.index ?? 0;
    useEffect(() => {
        if (next_cursor !== null && last > rows.length - 60) void load_more();
    }, [last, next_cursor, rows.length]);

    return (
        <div
            ref={scroller}
            class="table"
            role="grid"
            tabIndex={0}
            aria-label={t("table.label")}
            aria-rowcount={next_cursor === null ? rows.length + 1 : -1}
            aria-activedescendant={active >= 0 ? `row-${active}` : undefined}
            data-stale={running.value}
        >
            <TableHead />
            <div class="table-rows" role="rowgroup" style={{ height: `${total_height}px` }}>
                {items.map(({ index, start }) => {
                    const row = rows[index];
                    return (
                        row && (
                            <Row
                                key={row.index + "~" + row.id}
                                {...{ row, index, start, open }}
                                active={index === active}
                                opened={index === open_index}
                            />
                        )
                    );
                })}
            </div>
            <TableFoot at_end={next_cursor === null} />
        </div>
    );
}

function TableHead() {
    const oldest_first = view.value.oldest_first;
    const sort_label = oldest_first ? t("table.sort_oldest") : t("table.sort_newest");
    return (
        <div class="table-head" role="rowgroup">
            <div class="table-row" role="row" aria-rowindex={1}>
                {columns.map((name) => (
                    <span
                        role="columnheader"
                        class={`cell-${name}`}
                        aria-sort={
                            name !== "timestamp"
                                ? undefined
                                : oldest_first
                                  ? "ascending"
                                  : "descending"
                        }
                    >
                        {name === "timestamp" ? (
                            <button
                                type="button"
                                title={sort_label}
                                aria-label={`${t("field.timestamp")}. ${sort_label}`}
                                onClick={() => change_view({ oldest_first: !oldest_first })}
                            >
                                {t("field.timestamp")} {oldest_first ? "↑" : "↓"}
                            </button>
                        ) : (
                            t(`field.${name}`)
                        )}
                    </span>
                ))}
            </div>
        </div>
    );
}

interface RowProps {
    row: SearchRow;
    index: number;
    start: number;
    active: boolean;
    opened: boolean;
    open: (index: number) => void;
}

function Row({ row, index, start, active, opened, open }: RowProps) {
    const { date, time, fraction } = clock_parts(Date.parse(row.timestamp), zone.value);
    const order_id = text_field(row, "order_id");
    const violations = row.violations?.length ?? 0;
    return (
        <div
            id={`row-${index}`}
            class="table-row"
            role="row"
            aria-rowindex={index + 2}
            aria-selected={opened}
            data-active={active}
            style={{ transform: `translateY(${start}px)` }}
            onClick={(click) => {
                const on_link = click.target instanceof Element && click.target.closest("a");
                const selecting = getSelection()?.isCollapsed === false;
                if (!on_link && !selecting) open(index);
            }}
        >
            <span role="gridcell" class="cell-timestamp">
                <span class="cell-date">{date}</span> {time}
                <span class="muted">{fraction}</span>
            </span>
            <span role="gridcell" class="cell-level" title={text_field(row, "level")}>
                <LevelMark level={text_field(row, "level")} />
            </span>
            <span role="gridcell" class="cell-service_name">
                <LogText text={text_field(row, "service_name")} one_line limit={80} />
            </span>
            <span role="gridcell" class="cell-event_type">
                <LogText text={text_field(row, "event_type")} one_line limit={80} />
            </span>
            <span role="gridcell" class="cell-order_id">
                {order_id !== "" && (
                    <a href={order_url(order_id)} tabIndex={-1}>
                        <LogText text={order_id} one_line limit={80} />
                    </a>
                )}
            </span>
            <span role="gridcell" class="cell-message">
                {violations > 0 && (
                    <span
                        class="violation-mark"
                        title={t("table.violations", { count: violations })}
                    >
                        ▲{" "}
                    </span>
                )}
                <Summary row={row} />
            </span>
        </div>
    );
}

function Summary({ row }: { row: SearchRow }) {
    const message = text_field(row, "message");
    if (message !== "") return <LogText text={message} one_line limit={400} />;
    return (
        <>
            {summary_of(row).map(({ name, value }) => (
                <span class="summary-part">
                    <span class="muted">
                        <LogText text={name} one_line limit={60} />
                    </span>{" "}
                    <LogText text={value} one_line />
                </span>
            ))}
        </>
    );
}

function TableFoot({ at_end }: { at_end: boolean }) {
    const failure = found_signal.value.failure;
    if (failure) {
        return (
            <p class="table-foot" role="alert">
                {error_text(failure)}{" "}
                <button type="button" class="button button-small" onClick={() => void load_more()}>
                    {t("error.retry")}
                </button>
            </p>
        );
    }
    return (
        <p class="table-foot muted">
            {at_end ? t("search.end") : loading_more.value ? t("search.loading_more") : ""}
        </p>
    );
}
