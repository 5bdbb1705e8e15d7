import { useState } from "preact/hooks";
import { is_exact, one_line } from "../api/json.ts";
import type { LogRecord, Value } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import type { Filter, FilterValue } from "../search/filter.ts";
import { LogText } from "../text/log_text.tsx";
import { visible_text } from "../text/visible.ts";

interface Props {
    record: LogRecord;
    // Where filters can be set, each value gets buttons for it.
    add_filter?: (filter: Filter) => void;
}

const first_fields = [
    "timestamp",
    "level",
    "service_name",
    "event_type",
    "message",
    "order_id",
    "user_id",
    "trace_id",
    "span_id",
];

export function RecordFields({ record, add_filter }: Props) {
    const rank = (name: string) => first_fields.indexOf(name) + 1 || first_fields.length + 1;
    const fields = Object.entries(record.fields).sort(
        ([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1),
    );
    if (fields.length === 0) return <p class="muted">{t("record.no_fields")}</p>;
    return (
        <table class="record-fields">
            <tbody>
                {fields.map(([name, value]) => (
                    <tr key={name}>
                        <th scope="row">
                            <LogText text={name} one_line limit={200} />
                        </th>
                        <td>
                            <FieldValue value={value} />
                        </td>
                        {add_filter && (
                            <td class="record-filters">
                                <FilterButtons field={name} value={value} add_filter={add_filter} />
                            </td>
                        )}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

const short = 1500;

function FieldValue({ value }: { value: Value }) {
    const [whole, set_whole] = useState(false);
    if (value === null) return <em class="muted">null</em>;
    const text = one_line(value);
    return (
        <>
            <LogText text={text} limit={whole ? 200_000 : short} />
            {text.length > short && !whole && (
                <button type="button" class="button button-small" onClick={() => set_whole(true)}>
                    {t("record.show_whole", { count: text.length })}
                </button>
            )}
        </>
    );
}

interface ButtonsProps {
    field: string;
    value: Value;
    add_filter: (filter: Filter) => void;
}

function FilterButtons({ field, value, add_filter }: ButtonsProps) {
    const wanted = filter_value(value);
    if (wanted === undefined) return null;
    const words = { field, value: visible_text(String(wanted).slice(0, 60)) };
    const labels = [t("record.filter_for", words), t("record.filter_out", words)] as const;
    return (
        <>
            <button
                type="button"
                class="filter-button"
                aria-label={labels[0]}
                title={labels[0]}
                onClick={() => add_filter({ field, value: wanted, negated: false })}
            >
                +
            </button>
            <button
                type="button"
                class="filter-button"
                aria-label={labels[1]}
                title={labels[1]}
                onClick={() => add_filter({ field, value: wanted, negated: true })}
            >
                −
            </button>
        </>
    );
}

// A multi-value filters by its first value; an object cannot be filtered by as a whole.
function filter_value(value: Value): FilterValue | undefined {
    if (Array.isArray(value)) return value[0] === undefined ? undefined : filter_value(value[0]);
    if (value !== null && typeof value === "object")
        return is_exact(value) ? value.digits : undefined;
    if (typeof value === "string" && value.length > 1000) return undefined;
    return value;
}
