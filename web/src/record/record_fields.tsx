import { useState } from "preact/hooks";
import { is_exact, one_line } from "../api/json.ts";
import type { LogRecord, Value } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import type { Filter, FilterValue } from "../search/filter.ts";
import { CopyButton } from "./copy_button.tsx";
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

// A page of a thousand fields at once would be slow; more come on demand.
const first_shown = 50;
const find_from = 20;

export function RecordFields({ record, add_filter }: Props) {
    const [part, set_part] = useState("");
    const [most, set_most] = useState(first_shown);
    const rank = (name: string) => first_fields.indexOf(name) + 1 || first_fields.length + 1;
    const all = Object.keys(record.fields);
    if (all.length === 0) return <p class="muted">{t("record.no_fields")}</p>;
    const names = all
        .filter((name) => name.toLowerCase().includes(part.trim().toLowerCase()))
        .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    const more = Math.min(first_shown, names.length - most);
    return (
        <>
            {all.length > find_from && (
                <input
                    class="field record-find"
                    type="search"
                    aria-label={t("record.find_field")}
                    placeholder={t("record.find_field")}
                    value={part}
                    onInput={(input) => set_part(input.currentTarget.value)}
                />
            )}
            <table class="record-fields">
                <tbody>
                    {names.slice(0, most).map((name) => (
                        <FieldRow
                            key={name}
                            name={name}
                            value={record.fields[name] ?? null}
                            {...(add_filter && { add_filter })}
                        />
                    ))}
                </tbody>
            </table>
            {more > 0 && (
                <button
                    type="button"
                    class="button button-small"
                    onClick={() => set_most(most + first_shown)}
                >
                    {t("record.more_fields", { count: more })}
                </button>
            )}
        </>
    );
}

interface RowProps {
    name: string;
    value: Value;
    add_filter?: (filter: Filter) => void;
}

function FieldRow({ name, value, add_filter }: RowProps) {
    return (
        <tr>
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
    );
}

const short = 1500;
const next_piece = 5000;
// Laying out more than this in one page takes too long; copying gives the whole value.
const most_shown = 50_000;

function FieldValue({ value }: { value: Value }) {
    const [limit, set_limit] = useState(short);
    if (value === null) return <em class="muted">null</em>;
    const text = one_line(value);
    const left = Math.min(next_piece, text.length - limit);
    // Further pieces are texts of their own, so that only they are laid out anew.
    const pieces = [text.slice(0, short)];
    for (let from = short; from < Math.min(limit, text.length); from += next_piece) {
        pieces.push(text.slice(from, from + next_piece));
    }
    return (
        <>
            {pieces.map((piece, at) => (
                <LogText key={at} text={piece} />
            ))}
            {text.length > limit && "…"}
            {text.length > short && (
                <span class="value-tools">
                    {left > 0 && limit < most_shown && (
                        <button
                            type="button"
                            class="button button-small"
                            onClick={() => set_limit(limit + next_piece)}
                        >
                            {t("record.more_text", { count: left })}
                        </button>
                    )}
                    <CopyButton label={t("record.copy_value")} text={() => text} />
                </span>
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
