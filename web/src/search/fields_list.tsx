import { useState } from "preact/hooks";
import type { FieldInfo } from "../api/types.ts";
import { error_text, t } from "../i18n/texts.ts";
import { LogText } from "../text/log_text.tsx";
import { visible_text } from "../text/visible.ts";
import { is_shown_field, with_or_without } from "./columns.ts";
import { FacetValues } from "./facets.tsx";
import { change_view, facets, fields, opened_fields, pinned_fields, view } from "./search_state.ts";

const most_shown = 60;

// Every field of the index: adds columns, and opens for the field's commonest values.
export function FieldsList() {
    const [part, set_part] = useState("");
    const { value, failure } = fields.value;
    if (failure) {
        return <p class="facets-failed">{t("fields.failed", { message: error_text(failure) })}</p>;
    }
    const wanted = part.trim().toLowerCase();
    const fitting = (value ?? []).filter(
        (field) => is_shown_field(field) && field.name.toLowerCase().includes(wanted),
    );
    const more = fitting.length - most_shown;
    return (
        <section class="facet fields">
            <h2>{t("fields.title")}</h2>
            <input
                class="field fields-find"
                type="search"
                aria-label={t("fields.find")}
                placeholder={t("fields.find")}
                value={part}
                onInput={(input) => set_part(input.currentTarget.value)}
            />
            <ul>
                {fitting.slice(0, most_shown).map((field) => (
                    <FieldLine key={field.name} field={field} />
                ))}
            </ul>
            {value && fitting.length === 0 && <p class="muted">{t("fields.none")}</p>}
            {more > 0 && <p class="muted">{t("fields.more", { count: more })}</p>}
        </section>
    );
}

const kind_signs: Record<string, string> = {
    keyword: "k",
    text: "t",
    number: "#",
    boolean: "?",
    date: "◷",
    ip: "ip",
};

function FieldLine({ field }: { field: FieldInfo }) {
    const { name, kind } = field;
    const shown = visible_text(name.slice(0, 80));
    const columns = view.value.columns;
    const is_column = columns.includes(name);
    const pinned = pinned_fields.includes(name);
    const open = opened_fields.value.includes(name);
    const facet = facets.value.value?.find((facet) => facet.field === name);
    const toggle = () => {
        const others = opened_fields.value.filter((other) => other !== name);
        opened_fields.value = open ? others : [...others, name];
    };
    const column_label = t(is_column ? "fields.remove" : "fields.add", { field: shown });
    return (
        <li>
            <div class="field-line">
                <button
                    type="button"
                    class="field-name"
                    disabled={pinned}
                    aria-expanded={pinned ? undefined : open}
                    title={t("fields.values", { field: shown })}
                    onClick={toggle}
                >
                    <span class="field-kind" title={kind} aria-hidden="true">
                        {kind_signs[kind] ?? "·"}
                    </span>
                    <LogText text={name} one_line limit={80} />
                </button>
                <button
                    type="button"
                    class="field-column"
                    aria-pressed={is_column}
                    aria-label={column_label}
                    title={column_label}
                    onClick={() => change_view({ columns: with_or_without(columns, name) })}
                >
                    {is_column ? "−" : "+"}
                </button>
            </div>
            {open && facet && <FacetValues facet={facet} untitled />}
        </li>
    );
}
