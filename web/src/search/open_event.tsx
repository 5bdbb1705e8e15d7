import { useEffect, useState } from "preact/hooks";
import * as api from "../api/client.ts";
import type { SearchRow } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import { LevelMark } from "../record/level_mark.tsx";
import { RecordDetail } from "../record/record_detail.tsx";
import { zone } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { clock_parts, zone_from_text, zone_name, zone_offset } from "../time/format.ts";
import { with_filter } from "./filter.ts";
import { text_field } from "./row_text.ts";
import { ContextLines } from "./context_lines.tsx";
import { change_view, found, view } from "./search_state.ts";
import { view_url, type OpenRow } from "./search_view.ts";
import "../shell/panel.css";

// The panel with the details of the open event.
export function OpenEvent() {
    const open = view.value.open;
    if (!open) return null;
    return <OpenEventPanel key={open.index + "~" + open.id} open={open} />;
}

function OpenEventPanel({ open }: { open: OpenRow }) {
    const row = use_row(open);
    if (row === "loading") return <aside class="panel" aria-label={t("record.label")} />;
    return (
        <aside class="panel" aria-label={t("record.label")} data-testid="event-panel">
            <header class="panel-head">
                {row && <PanelTitle row={row} />}
                <button
                    type="button"
                    class="button button-small button-bare panel-close"
                    aria-label={t("record.close")}
                    title={t("record.close")}
                    onClick={() => change_view({ open: null })}
                >
                    ✕
                </button>
            </header>
            {row ? (
                <RecordDetail
                    record={row}
                    link={() =>
                        view_url(
                            view.peek(),
                            zone_from_text(zone_offset(Date.now(), zone.peek())) ?? "utc",
                        )
                    }
                    context={() => <ContextLines row={row} />}
                    add_filter={(filter) =>
                        change_view({ filters: with_filter(view.peek().filters, filter) })
                    }
                />
            ) : (
                <p class="muted">{t("record.gone")}</p>
            )}
        </aside>
    );
}

function PanelTitle({ row }: { row: SearchRow }) {
    const at = Date.parse(row.timestamp);
    const { date, time, fraction } = clock_parts(at, zone.value);
    return (
        <div>
            <h2>
                <LogText
                    text={text_field(row, "event_type") || t("record.label")}
                    one_line
                    limit={80}
                />
            </h2>
            <p class="muted">
                <LevelMark level={text_field(row, "level")} /> ·{" "}
                <LogText text={text_field(row, "service_name")} one_line limit={60} />
            </p>
            <p class="muted">
                <time dateTime={row.timestamp}>
                    {date} {time}
                    {fraction}
                </time>{" "}
                {zone_name(at, zone.value)}
            </p>
        </div>
    );
}

// Among the rows on the page, or else asked for by its time.
function use_row(open: OpenRow): SearchRow | null | "loading" {
    const is_it = (row: SearchRow) => row.id === open.id && row.index === open.index;
    const here = found.value.value?.rows.find(is_it);
    const [fetched, set_fetched] = useState<SearchRow | null | "loading">("loading");
    useEffect(() => {
        if (here) return;
        const stop = new AbortController();
        const at = Date.parse(open.timestamp);
        const selection = { query: "", index: open.index, from: at, to: at + 2 };
        api.search({ ...selection, limit: 1000, order: "asc" }, stop.signal).then(
            (answer) => set_fetched(answer.rows.find(is_it) ?? null),
            () => !stop.signal.aborted && set_fetched(null),
        );
        return () => stop.abort();
    }, [here === undefined]);
    return here ?? fetched;
}
