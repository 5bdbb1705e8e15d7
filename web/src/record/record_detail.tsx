import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { to_json } from "../api/json.ts";
import type { LogRecord } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import type { Filter } from "../search/filter.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { order_url, trace_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { CopyButton } from "./copy_button.tsx";
import { JsonView } from "./json_view.tsx";
import { RecordFields } from "./record_fields.tsx";
import "./record.css";

interface Props {
    record: LogRecord;
    add_filter?: (filter: Filter) => void;
    // An address that shows this record again.
    link?: () => string;
    // The lines around this record, where they can be shown.
    context?: () => ComponentChildren;
    // False on the order's own page.
    order_link?: boolean;
    // False on the trace's own page.
    trace_link?: boolean;
}

// Stays as it was for the next record that is opened.
const tab = signal<Tab>("fields");

type Tab = "fields" | "source" | "context";

// One log record: its fields, its source as JSON, and the lines around it.
export function RecordDetail(props: Props) {
    const { record, add_filter, link, context, order_link = true, trace_link = true } = props;
    const shown = tab.value === "context" && !context ? "fields" : tab.value;
    const tabs: Tab[] = context ? ["fields", "source", "context"] : ["fields", "source"];
    const { order_id, trace_id } = record.fields;
    return (
        <div class="record">
            <div class="record-tools">
                <div class="record-tabs" role="tablist" aria-label={t("record.label")}>
                    {tabs.map((name) => (
                        <button
                            type="button"
                            role="tab"
                            class="button button-small"
                            aria-selected={shown === name}
                            tabIndex={shown === name ? 0 : -1}
                            onClick={() => (tab.value = name)}
                            onKeyDown={(press) => step_tabs(press, tabs)}
                        >
                            {t(`record.${name}`)}
                        </button>
                    ))}
                </div>
                {order_link && typeof order_id === "string" && (
                    <a class="button button-small button-main" href={order_url(order_id)}>
                        <LogText
                            text={t("record.open_order", { id: order_id })}
                            one_line
                            limit={40}
                        />
                    </a>
                )}
                {trace_link && typeof trace_id === "string" && (
                    <>
                        <a class="button button-small" href={trace_url(trace_id)}>
                            {t("record.open_trace")}
                        </a>
                        <a class="button button-small" href={trace_events_url(trace_id)}>
                            {t("record.trace")}
                        </a>
                    </>
                )}
                <CopyButton label={t("record.copy_json")} text={() => to_json(record.source, 2)} />
                {link && (
                    <CopyButton
                        label={t("record.copy_link")}
                        text={() => location.origin + link()}
                    />
                )}
            </div>
            {record.violations && record.violations.length > 0 && (
                <div class="record-violations">
                    <h3>▲ {t("record.violations")}</h3>
                    <ul>
                        {record.violations.map((violation) => (
                            <li>
                                <LogText text={violation} limit={500} />
                            </li>
                        ))}
                    </ul>
                </div>
            )}
            <div role="tabpanel">
                {shown === "fields" && (
                    <RecordFields record={record} {...(add_filter && { add_filter })} />
                )}
                {shown === "source" && <JsonView value={record.source} />}
                {shown === "context" && context?.()}
            </div>
            <p class="record-origin muted code">
                {t("record.index")}: <LogText text={record.index} one_line /> · {t("record.id")}:{" "}
                <LogText text={record.id} one_line limit={200} />
            </p>
        </div>
    );
}

const trace_events_url = (id: string): string =>
    view_url({
        ...default_view,
        filters: [{ field: "trace_id", value: id, negated: false }],
        range: { kind: "all" },
        oldest_first: true,
    });

function step_tabs(press: KeyboardEvent, tabs: Tab[]): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[press.key];
    if (step === undefined || !(press.currentTarget instanceof HTMLElement)) return;
    const at = (tabs.indexOf(tab.peek()) + step + tabs.length) % tabs.length;
    tab.value = tabs[at] ?? "fields";
    const next = press.currentTarget.parentElement?.children[at];
    if (next instanceof HTMLElement) next.focus();
}
