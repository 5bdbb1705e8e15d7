import type { SearchRow } from "../api/types.ts";
import { row_key } from "./row_text.ts";

// Rows of a live tail, newest first: those that are shown, and those that wait because somebody is
// reading. Both are bounded; what does not fit is counted.
export class TailBuffer {
    shown: SearchRow[] = [];
    left_out = 0;
    private waiting: SearchRow[] = [];
    private keys = new Set<string>();
    private readonly most: number;

    constructor(most: number) {
        this.most = most;
    }

    get waiting_count(): number {
        return this.waiting.length;
    }

    // `rows` as the server sends them, oldest first. A row that is here already is dropped.
    add(rows: SearchRow[]): void {
        for (const row of rows) {
            const key = row_key(row);
            if (this.keys.has(key)) continue;
            this.keys.add(key);
            this.waiting.push(row);
        }
        const over = this.waiting.length - this.most;
        if (over <= 0) return;
        for (const row of this.waiting.splice(0, over)) this.keys.delete(row_key(row));
        this.left_out += over;
    }

    // Shows what waits. The oldest rows beyond the bound go: they are found by a search.
    show(): void {
        if (this.waiting.length === 0) return;
        const all = [...this.waiting.reverse(), ...this.shown];
        this.waiting = [];
        for (const row of all.slice(this.most)) this.keys.delete(row_key(row));
        this.shown = all.slice(0, this.most);
    }
}
