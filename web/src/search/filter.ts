// A filter beside the query: one field has, or has not, one value. `null` stands for "no value".

export type FilterValue = string | number | boolean | null;

export interface Filter {
    field: string;
    value: FilterValue;
    negated: boolean;
}

export const same_filter = (a: Filter, b: Filter): boolean =>
    a.field === b.field && a.value === b.value && a.negated === b.negated;

// In a link: `level:"ERROR"`, `-retries:3`.
export const filter_to_param = (filter: Filter): string =>
    `${filter.negated ? "-" : ""}${filter.field}:${JSON.stringify(filter.value)}`;

// Nothing for a text that is not a filter.
export function filter_from_param(text: string): Filter | undefined {
    const parts = /^(-?)([^:]+):(.+)$/s.exec(text);
    if (!parts) return undefined;
    const [, sign, field = "", json = ""] = parts;
    try {
        const value: unknown = JSON.parse(json);
        if (value !== null && !["string", "number", "boolean"].includes(typeof value))
            return undefined;
        return { field, value: value as FilterValue, negated: sign === "-" };
    } catch {
        return undefined;
    }
}

// With the filter added; its opposite, if there, goes.
export function with_filter(filters: Filter[], added: Filter): Filter[] {
    const opposite = { ...added, negated: !added.negated };
    const kept = filters.filter((old) => !same_filter(old, opposite) && !same_filter(old, added));
    return [...kept, added];
}

export const without_filter = (filters: Filter[], gone: Filter): Filter[] =>
    filters.filter((old) => !same_filter(old, gone));
