import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { error_text, t } from "../i18n/texts.ts";
import { row_grid } from "./column_layout.ts";
import { LiveBar } from "./live_bar.tsx";
import { reading } from "./live_tail.ts";
import { use_row_keys } from "./row_keys.ts";
import { row_key } from "./row_text.ts";
import {
    change_view,
    found as found_signal,
    load_more,
    loading_more,
    running,
    view,
    type FoundRows,
} from "./search_state.ts";
import { TableHead } from "./table_head.tsx";
import { TableRow } from "./table_row.tsx";
import { use_virtual_rows } from "./virtual_rows.ts";
import "./results_table.css";

const row_height = 27;

// The found events, as many rows as are in sight; scrolling to the end loads more.
export function ResultsTable({ found }: { found: FoundRows }) {
    const scroller = useRef<HTMLDivElement>(null);
    const { rows, next_cursor } = found;
    const { columns, wrap, open: opened } = view.value;
    const key_of = (index: number) => {
        const row = rows[index];
        return row ? row_key(row) : String(index);
    };
    const virtual = use_virtual_rows(scroller, rows.length, row_height, key_of);
    const { items, total_height, scroll_to } = virtual;
    const place_of = use_places(rows);
    const open_index = opened ? place_of(row_key(opened)) : -1;
    const [active_key, set_active] = useState(opened ? row_key(opened) : "");
    const active = active_key === "" ? -1 : place_of(active_key);
    const open = (index: number) => {
        const row = rows[index];
        set_active(key_of(index));
        if (row) change_view({ open: { index: row.index, id: row.id, timestamp: row.timestamp } });
    };
    use_row_keys({
        move: (step) => {
            const next = Math.max(0, Math.min(rows.length - 1, active + step));
            set_active(key_of(next));
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
    const grid = row_grid(columns);
    use_reading(scroller, opened !== null);

    return (
        <>
            {view.value.live && <LiveBar to_top={() => scroller.current?.scrollTo(0, 0)} />}
            <div
                ref={scroller}
                class="table"
                role="grid"
                tabIndex={0}
                aria-label={t("table.label")}
                aria-rowcount={next_cursor === null ? rows.length + 1 : -1}
                aria-activedescendant={active >= 0 ? `row-${active}` : undefined}
                data-stale={running.value}
                data-wrap={wrap}
            >
                <TableHead />
                <div
                    class="table-rows"
                    role="rowgroup"
                    style={{ height: `${total_height}px`, minWidth: grid.minWidth }}
                >
                    {items.map(({ index, start }) => {
                        const row = rows[index];
                        return (
                            row && (
                                <TableRow
                                    key={row_key(row)}
                                    {...{ row, index, start, open, columns, grid, wrap }}
                                    measure={virtual.measure}
                                    active={index === active}
                                    opened={index === open_index}
                                />
                            )
                        );
                    })}
                </div>
                <TableFoot at_end={next_cursor === null} />
            </div>
        </>
    );
}

// New events do not move the table under somebody who reads in it.
function use_reading(scroller: RefObject<HTMLElement | null>, is_open: boolean): void {
    useEffect(() => {
        const element = scroller.current;
        if (!element) return;
        const note = () => (reading.value = is_open || element.scrollTop > 4);
        note();
        element.addEventListener("scroll", note, { passive: true });
        return () => {
            element.removeEventListener("scroll", note);
            reading.value = false;
        };
    }, [is_open]);
}

// Finds rows by their keys, by looking first where each was found before.
function use_places(rows: FoundRows["rows"]): (key: string) => number {
    const known = useRef(new Map<string, number>());
    return (key) => {
        const is_it = (at: number | undefined) => {
            const row = at === undefined ? undefined : rows[at];
            return row !== undefined && row_key(row) === key;
        };
        const before = known.current.get(key);
        if (before !== undefined && is_it(before)) return before;
        const at = rows.findIndex((_, at) => is_it(at));
        known.current = new Map([[key, at]]);
        return at;
    };
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
    if (view.value.live) return <p class="table-foot muted">{t("tail.end")}</p>;
    return (
        <p class="table-foot muted">
            {at_end ? t("search.end") : loading_more.value ? t("search.loading_more") : ""}
        </p>
    );
}
