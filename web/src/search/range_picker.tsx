import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";
import { zone } from "../settings/settings.ts";
import { clock_parts, date_time, zone_name, type Zone } from "../time/format.ts";
import { spans, type Range, type Span } from "../time/range.ts";
import { change_view, histogram, view } from "./search_state.ts";

export function RangePicker() {
    const range = view.value.range;
    const [editing, set_editing] = useState(false);
    useEffect(() => set_editing(false), [range]);
    const chosen = editing || range.kind === "between" ? "custom" : name_of(range);
    const choose = (name: string) => {
        set_editing(name === "custom");
        if (name === "all") change_view({ range: { kind: "all" } });
        else if (name in spans) change_view({ range: { kind: "last", span: name as Span } });
    };
    return (
        <div class="range">
            <select
                class="field"
                aria-label={t("range.label")}
                value={chosen}
                onChange={(change) => choose(change.currentTarget.value)}
            >
                {(Object.keys(spans) as Span[]).map((span) => (
                    <option value={span}>{t(`range.${span}`)}</option>
                ))}
                <option value="all">{t("range.all")}</option>
                <option value="custom">{t("range.custom")}</option>
            </select>
            {range.kind === "between" && !editing && (
                <button
                    type="button"
                    class="button range-shown"
                    data-testid="range-shown"
                    onClick={() => set_editing(true)}
                >
                    {shown_range(range.from, range.to, zone.value)}
                </button>
            )}
            {editing && <RangeEditor range={range} close={() => set_editing(false)} />}
        </div>
    );
}

// The date of the end is written only where it is another one.
function shown_range(from: number, to: number, in_zone: Zone): string {
    const end = clock_parts(to, in_zone);
    const same_day = end.date === clock_parts(from, in_zone).date;
    return `${date_time(from, in_zone)} – ${same_day ? end.time : date_time(to, in_zone)}`;
}

const name_of = (range: Range): string => (range.kind === "last" ? range.span : range.kind);

function RangeEditor({ range, close }: { range: Range; close: () => void }) {
    const shown = histogram.peek().value;
    const now = Date.now();
    const initial =
        range.kind === "between"
            ? range
            : { from: shown?.from ?? now - spans["24h"], to: shown?.to ?? now };
    const [from, set_from] = useState(to_field(initial.from, zone.value));
    const [to, set_to] = useState(to_field(initial.to, zone.value));
    const [invalid, set_invalid] = useState(false);
    const apply = (submit: Event) => {
        submit.preventDefault();
        const next = { from: from_field(from, zone.value), to: from_field(to, zone.value) };
        if (!(next.from < next.to)) {
            set_invalid(true);
            return;
        }
        close();
        change_view({ range: { kind: "between", ...next } });
    };
    // The editor lies within the query's form, whose Enter would search instead.
    const on_key = (press: KeyboardEvent) => {
        if (press.key === "Escape") close();
        if (press.key === "Enter") apply(press);
    };
    return (
        <div class="range-editor" role="group" aria-label={t("range.label")} onKeyDown={on_key}>
            <label>
                {t("range.from")}
                <input
                    class="field"
                    type="datetime-local"
                    step="1"
                    value={from}
                    onInput={(change) => set_from(change.currentTarget.value)}
                />
            </label>
            <label>
                {t("range.to")}
                <input
                    class="field"
                    type="datetime-local"
                    step="1"
                    value={to}
                    onInput={(change) => set_to(change.currentTarget.value)}
                />
            </label>
            <p class="muted">{zone_name(initial.to, zone.value)}</p>
            {invalid && <p role="alert">{t("range.invalid")}</p>}
            <button type="button" class="button button-main" onClick={apply}>
                {t("range.apply")}
            </button>
        </div>
    );
}

// The form that an input of type datetime-local has.
function to_field(epoch_ms: number, in_zone: Zone): string {
    const { date, time } = clock_parts(epoch_ms, in_zone);
    return `${date}T${time}`;
}

function from_field(text: string, in_zone: Zone): number {
    if (text === "" || in_zone === "local") return Date.parse(text);
    return Date.parse(text + (in_zone === "utc" ? "Z" : in_zone));
}
