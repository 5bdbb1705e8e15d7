import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/texts.ts";
import { Popover } from "../shell/popover.tsx";
import { column_title, row_grid, set_width, widths } from "./column_layout.ts";
import { moved, with_or_without } from "./columns.ts";
import { with_filter } from "./filter.ts";
import { change_view, view } from "./search_state.ts";

// The names of the columns: the time sorts, the others have a menu and can be dragged; each has a
// handle for its width.
export function TableHead() {
    const columns = view.value.columns;
    return (
        <div class="table-head" role="rowgroup">
            <div class="table-row" role="row" aria-rowindex={1} style={row_grid(columns)}>
                <TimeHead />
                {columns.map((name, at) => (
                    <ColumnHead key={name} name={name} at={at} />
                ))}
            </div>
        </div>
    );
}

function TimeHead() {
    const { sort, oldest_first, live } = view.value;
    const sorts = live || sort === "";
    const rising = sorts && oldest_first && !live;
    const sort_label = !sorts
        ? t("table.sort_by_time")
        : oldest_first
          ? t("table.sort_oldest")
          : t("table.sort_newest");
    return (
        <span role="columnheader" class="cell-timestamp" aria-sort={sort_state(sorts, rising)}>
            <button
                type="button"
                disabled={live}
                title={sort_label}
                aria-label={`${t("field.timestamp")}. ${sort_label}`}
                onClick={() =>
                    change_view(
                        sorts ? { oldest_first: !oldest_first } : { sort: "", oldest_first: false },
                    )
                }
            >
                {t("field.timestamp")} {sorts && sort_sign(rising)}
            </button>
            <WidthHandle name="timestamp" />
        </span>
    );
}

const sort_sign = (rising: boolean) => (rising ? "↑" : "↓");
const sort_state = (sorts: boolean, rising: boolean) =>
    sorts ? (rising ? "ascending" : "descending") : undefined;

const dragged_type = "application/x-ordertrail-column";

function ColumnHead({ name, at }: { name: string; at: number }) {
    const { columns, filters, sort, oldest_first, live } = view.value;
    const sorts = sort === name && !live;
    const change = (next: string[]) => change_view({ columns: next });
    return (
        <span
            role="columnheader"
            class={`cell-${name}`}
            aria-sort={sort_state(sorts, oldest_first)}
            draggable
            onDragStart={(drag) => drag.dataTransfer?.setData(dragged_type, name)}
            onDragOver={(drag) => {
                if (drag.dataTransfer?.types.includes(dragged_type)) drag.preventDefault();
            }}
            onDrop={(drop) => {
                const other = drop.dataTransfer?.getData(dragged_type) ?? "";
                drop.preventDefault();
                if (columns.includes(other)) change(moved(columns, other, at));
            }}
        >
            <Popover
                label={
                    <>
                        <span class="column-name">{column_title(name)}</span>
                        <span aria-hidden="true">{sorts ? sort_sign(oldest_first) : "▾"}</span>
                    </>
                }
                name={t("table.column_menu", { column: column_title(name) })}
                button_class="column-button"
                side={at > columns.length / 2 ? "right" : "left"}
            >
                {(close) => {
                    const item = (label: string, act: () => void, disabled = false) => (
                        <button
                            type="button"
                            class="popover-item"
                            disabled={disabled}
                            onClick={() => {
                                close();
                                act();
                            }}
                        >
                            {label}
                        </button>
                    );
                    const last = columns.length - 1;
                    const exists = { field: name, value: null, negated: true };
                    return (
                        <>
                            {item(
                                t("table.column_rising"),
                                () => change_view({ sort: name, oldest_first: true }),
                                live || (sorts && oldest_first),
                            )}
                            {item(
                                t("table.column_falling"),
                                () => change_view({ sort: name, oldest_first: false }),
                                live || (sorts && !oldest_first),
                            )}
                            {item(
                                t("table.column_left"),
                                () => change(moved(columns, name, at - 1)),
                                at === 0,
                            )}
                            {item(
                                t("table.column_right"),
                                () => change(moved(columns, name, at + 1)),
                                at === last,
                            )}
                            {item(t("table.column_exists"), () =>
                                change_view({ filters: with_filter(filters, exists) }),
                            )}
                            {item(
                                t("table.column_remove"),
                                () => change(with_or_without(columns, name)),
                                last === 0,
                            )}
                        </>
                    );
                }}
            </Popover>
            <WidthHandle name={name} />
        </span>
    );
}

// Dragged, or moved by the arrow keys.
function WidthHandle({ name }: { name: string }) {
    const handle = useRef<HTMLSpanElement>(null);
    const width = () => handle.current?.parentElement?.getBoundingClientRect().width ?? 100;
    // The column has its new width only now.
    useLayoutEffect(() => {
        handle.current?.setAttribute("aria-valuenow", String(Math.round(width())));
    }, [widths.value, view.value.columns]);
    return (
        <span
            ref={handle}
            class="width-handle"
            role="separator"
            aria-orientation="vertical"
            aria-label={t("table.column_width", { column: column_title(name) })}
            tabIndex={0}
            draggable
            onDragStart={(drag) => {
                drag.preventDefault();
                drag.stopPropagation();
            }}
            onKeyDown={(press) => {
                const step = { ArrowLeft: -16, ArrowRight: 16 }[press.key];
                if (step === undefined) return;
                press.preventDefault();
                set_width(name, width() + step);
            }}
            onPointerDown={(down) => {
                const grip = down.currentTarget;
                const from = width() - down.clientX;
                down.preventDefault();
                grip.setPointerCapture(down.pointerId);
                grip.onpointermove = (move) => set_width(name, from + move.clientX);
                grip.onpointerup = () => (grip.onpointermove = null);
            }}
        />
    );
}
