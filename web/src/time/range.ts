import { server_now } from "./server_clock.ts";

export const spans = { "15m": 900_000, "1h": 3_600_000, "24h": 86_400_000, "7d": 604_800_000 };
export type Span = keyof typeof spans;

export type Range =
    | { kind: "last"; span: Span }
    | { kind: "all" }
    // Epoch milliseconds, `from` inclusive, `to` exclusive.
    | { kind: "between"; from: number; to: number };

export const same_range = (a: Range, b: Range): boolean => JSON.stringify(a) === JSON.stringify(b);

export const is_span = (text: string): text is Span => Object.hasOwn(spans, text);

// The range in epoch milliseconds at this moment; nothing for all time.
export function resolve_range(range: Range): { from?: number; to?: number } {
    switch (range.kind) {
        case "all":
            return {};
        case "between":
            return { from: range.from, to: range.to };
        case "last": {
            const to = server_now();
            return { from: to - spans[range.span], to };
        }
    }
}
