import type { SearchRow } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { zone } from "../settings/settings.ts";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { visible_text } from "../text/visible.ts";
import { clock_parts } from "../time/format.ts";
import { summary_of, text_field } from "./row_text.ts";

interface RowProps {
    row: SearchRow;
    index: number;
    start: number;
    columns: string[];
    grid: { gridTemplateColumns: string; minWidth: string };
    wrap: boolean;
    active: boolean;
    opened: boolean;
    open: (index: number) => void;
    measure: (row: HTMLElement | null) => void;
}

export function TableRow(props: RowProps) {
    const { row, index, columns, wrap } = props;
    const { date, time, fraction } = clock_parts(Date.parse(row.timestamp), zone.value);
    const say_violations = row.violations !== undefined && row.violations.length > 0;
    return (
        <div
            id={`row-${index}`}
            ref={wrap ? props.measure : null}
            data-index={index}
            class="table-row"
            role="row"
            aria-rowindex={index + 2}
            aria-selected={props.opened}
            data-active={props.active}
            style={{ ...props.grid, transform: `translateY(${props.start}px)` }}
            onClick={(click) => {
                const on_link = click.target instanceof Element && click.target.closest("a");
                const selecting = getSelection()?.isCollapsed === false;
                if (!on_link && !selecting) props.open(index);
            }}
        >
            <span role="gridcell" class="cell-timestamp">
                <span class="cell-date">{date}</span> {time}
                <span class="muted">{fraction}</span>
                {say_violations && (
                    <span
                        class="violation-mark"
                        title={t("table.violations", { count: row.violations?.length ?? 0 })}
                    >
                        {" "}
                        ▲
                    </span>
                )}
            </span>
            {columns.map((name) => (
                <Cell key={name} row={row} name={name} wrap={wrap} />
            ))}
        </div>
    );
}

function Cell({ row, name, wrap }: { row: SearchRow; name: string; wrap: boolean }) {
    if (name === "message") {
        return (
            <span role="gridcell" class="cell-message">
                <Summary row={row} wrap={wrap} />
            </span>
        );
    }
    const text = text_field(row, name);
    if (name === "level") {
        return (
            <span role="gridcell" class="cell-level" title={visible_text(text.slice(0, 100))}>
                <LevelMark level={text} />
            </span>
        );
    }
    if (name === "order_id" && text !== "") {
        return (
            <span role="gridcell" class="cell-order_id">
                <a href={order_url(text)} tabIndex={-1}>
                    <LogText text={text} one_line limit={80} />
                </a>
            </span>
        );
    }
    return (
        <span role="gridcell" class={`cell-${name}`}>
            <LogText text={text} one_line={!wrap} limit={wrap ? 1000 : 200} />
        </span>
    );
}

function Summary({ row, wrap }: { row: SearchRow; wrap: boolean }) {
    const message = text_field(row, "message");
    if (message !== "") {
        return <LogText text={message} one_line={!wrap} limit={wrap ? 1500 : 300} />;
    }
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
