import type { FieldInfo } from "../api/types.ts";

// The table's columns behind the time, which always comes first.

export const default_columns = ["level", "service_name", "event_type", "order_id", "message"];

export const same_columns = (a: string[], b: string[]): boolean => a.join("\0") === b.join("\0");

// In a link: names by commas; commas and percent signs within a name are escaped.
export const columns_to_param = (columns: string[]): string =>
    columns.map((name) => name.replace(/[%,]/g, encodeURIComponent)).join(",");

export function columns_from_param(text: string | null): string[] {
    if (text === null) return default_columns;
    const names = text.split(",").flatMap((part) => {
        try {
            return part === "" || part === "timestamp" ? [] : [decodeURIComponent(part)];
        } catch {
            return [];
        }
    });
    const different = [...new Set(names)].slice(0, most_columns);
    return different.length > 0 ? different : default_columns;
}

const most_columns = 50;

export function with_or_without(columns: string[], name: string): string[] {
    if (!columns.includes(name)) return [...columns, name];
    const left = columns.filter((other) => other !== name);
    return left.length > 0 ? left : default_columns;
}

// The column moved to where another one is.
export function moved(columns: string[], name: string, to: number): string[] {
    const others = columns.filter((other) => other !== name);
    return others.toSpliced(Math.max(0, Math.min(others.length, to)), 0, name);
}

// Fields that can be columns or have values to choose from.
export const is_shown_field = (field: FieldInfo): boolean => field.name !== "timestamp";
