import { useState } from "preact/hooks";
import { to_json } from "../api/json.ts";
import type { LogRecord } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import type { Filter } from "../search/filter.ts";
import { order_url } from "../shell/route.ts";
import { LogText } from "../text/log_text.tsx";
import { CopyButton } from "./copy_button.tsx";
import { JsonView } from "./json_view.tsx";
import { RecordFields } from "./record_fields.tsx";
import "./record.css";

interface Props {
    record: LogRecord;
    add_filter?: (filter: Filter) => void;
    // An address that shows this record again.
    link?: string;
    // False on the order's own page.
    order_link?: boolean;
}

// One log record: its fields, and its source as JSON.
export function RecordDetail({ record, add_filter, link, order_link = true }: Props) {
    const [tab, set_tab] = useState<"fields" | "source">("fields");
    const order_id = record.fields.order_id;
    return (
        <div class="record">
            <div class="record-tools">
                <div class="record-tabs" role="tablist" aria-label={t("record.label")}>
                    {(["fields", "source"] as const).map((name) => (
                        <button
                            type="button"
                            role="tab"
                            class="button button-small"
                            aria-selected={tab === name}
                            onClick={() => set_tab(name)}
                        >
                            {name === "fields" ? t("record.fields") : t("record.source")}
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
                <CopyButton label={t("record.copy_json")} text={() => to_json(record.source, 2)} />
                {link && (
                    <CopyButton label={t("record.copy_link")} text={() => location.origin + link} />
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
                {tab === "fields" ? (
                    <RecordFields record={record} {...(add_filter && { add_filter })} />
                ) : (
                    <JsonView value={record.source} />
                )}
            </div>
            <p class="record-origin muted code">
                {t("record.index")}: <LogText text={record.index} one_line /> · {t("record.id")}:{" "}
                <LogText text={record.id} one_line limit={200} />
            </p>
        </div>
    );
}
