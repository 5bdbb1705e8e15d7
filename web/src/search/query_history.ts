// The reader's own last queries, newest first; kept in the browser.

const key = "ordertrail.queries";
const most = 50;

export function past_queries(): string[] {
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
        return Array.isArray(kept) ? kept.filter((query) => typeof query === "string") : [];
    } catch {
        return [];
    }
}

export function remember_query(query: string): void {
    const text = query.trim();
    if (text === "" || text.length > 2000) return;
    const queries = [text, ...past_queries().filter((other) => other !== text)].slice(0, most);
    try {
        localStorage.setItem(key, JSON.stringify(queries));
    } catch {
        return; // A browser may forbid storage.
    }
}
