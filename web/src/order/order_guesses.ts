import * as api from "../api/client.ts";

// Orders that a reader may have meant.

export interface FoundOrder {
    order_id: string;
    events: number;
}

const most_offered = 8;

// As a KQL phrase.
export const quoted = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`;

// As a KQL pattern that fits any text around it.
const around = (text: string): string => `*${text.replace(/[\\():<>"*{}]/g, "\\$&")}*`;

// Orders with events that have this value in any field.
export const orders_with = (id: string, stop: AbortSignal): Promise<FoundOrder[]> =>
    orders_of(quoted(id), 30, stop);

// Orders whose ids look like this one, the closest kind of likeness first.
export async function similar_orders(id: string, stop: AbortSignal): Promise<FoundOrder[]> {
    for (const part of similar_parts(id)) {
        const found = await orders_of(`order_id: ${around(part)}`, most_offered, stop);
        if (found.length > 0) return found;
    }
    return [];
}

async function orders_of(query: string, size: number, stop: AbortSignal): Promise<FoundOrder[]> {
    const answer = await api.facets({ query, index: "*", fields: ["order_id"], size }, stop);
    return (answer.facets[0]?.values ?? []).map(({ value, count }) => ({
        order_id: String(value),
        events: count,
    }));
}

// What to look for within order ids: the id itself, its spelling in capitals, its number, and the
// number without its last or first digits, which may be mistyped.
export function similar_parts(id: string): string[] {
    const text = id.trim();
    const digits = /\d{3,}/.exec(text)?.[0] ?? "";
    const parts = [text, text.toUpperCase(), digits];
    for (const cut of [1, 2, 3]) {
        if (digits.length - cut >= 4) parts.push(digits.slice(0, -cut), digits.slice(cut));
    }
    // Words of a pattern would be words of the query.
    return [...new Set(parts)].filter((part) => /^\S{3,100}$/.test(part));
}
