import { signal } from "@preact/signals";
import { t, type TextKey } from "../i18n/texts.ts";
import { visible_text } from "../text/visible.ts";
import { default_columns } from "./columns.ts";

// What the table's columns are called and how wide they are.

const titled = new Set(["timestamp", ...default_columns]);

export const column_title = (name: string): string =>
    titled.has(name) ? t(`field.${name}` as TextKey) : visible_text(name.slice(0, 80));

// Widths that the reader drew, in pixels; kept in the browser.
const widths_key = "ordertrail.column_widths";
export const widths = signal<Partial<Record<string, number>>>(kept_widths());
export const least_width = 40;

export function set_width(name: string, pixels: number): void {
    const width = Math.round(Math.max(least_width, Math.min(2000, pixels)));
    widths.value = { ...widths.value, [name]: width };
    try {
        localStorage.setItem(widths_key, JSON.stringify(widths.value));
    } catch {
        return; // A browser may forbid storage; the width lasts as long as the page.
    }
}

function kept_widths(): Partial<Record<string, number>> {
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(widths_key) ?? "{}");
        const pairs = Object.entries(kept ?? {}).filter(([, width]) => Number.isFinite(width));
        return Object.fromEntries(pairs);
    } catch {
        return {};
    }
}

// The grid of a row: narrow tables change the widths behind the names (results_table.css).
export function row_grid(columns: string[]): { gridTemplateColumns: string; minWidth: string } {
    const all = ["timestamp", ...columns].map((name) => {
        const own = widths.value[name];
        if (own !== undefined) return `${own}px`;
        return titled.has(name) ? `var(--column-${name})` : "150px";
    });
    const widest = columns.includes("message") ? columns.indexOf("message") + 1 : all.length - 1;
    const tracks = all.map((width, at) => (at === widest ? `minmax(${width}, 1fr)` : width));
    return { gridTemplateColumns: tracks.join(" "), minWidth: `calc(${all.join(" + ")})` };
}
