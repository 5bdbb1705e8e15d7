import type { ExactNumber, Value, ValueObject } from "./types.ts";

// Engines that know it pass the number's own text to a reviver.
type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

// Parses JSON like JSON.parse, but an integer that a double cannot hold (a 64-bit id, say)
// becomes an ExactNumber, so that it is shown with the digits it was sent with.
export function parse_exact(text: string): unknown {
    const keep_digits: Reviver = (_key, value, context) => {
        if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
        const digits = context?.source;
        return digits !== undefined && /^-?\d+$/.test(digits) ? { digits } : value;
    };
    // A reviver takes several times as long; without so long a number it finds nothing to do.
    return /[:[,\s]-?\d{16}/.test(text) ? JSON.parse(text, keep_digits) : JSON.parse(text);
}

export function is_exact(value: Value): value is ExactNumber {
    return (
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length === 1 &&
        typeof value.digits === "string" &&
        /^-?\d{16,}$/.test(value.digits)
    );
}

// One value on one line: strings bare, everything else as JSON.
export function one_line(value: Value): string {
    if (typeof value === "string") return value;
    if (is_exact(value)) return value.digits;
    if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
        return value.map(one_line).join(", ");
    }
    return to_json(value, 0);
}

// The beginning of `one_line`, without the work for the rest of a large value.
export function beginning(value: Value, limit: number): string {
    if (typeof value === "string") return value.slice(0, limit);
    if (Array.isArray(value)) {
        const some = value.slice(0, limit);
        if (some.every((item) => typeof item !== "object")) {
            return some
                .map((item) => beginning(item, limit))
                .join(", ")
                .slice(0, limit);
        }
    }
    return limited_json(value, limit).slice(0, limit);
}

function limited_json(value: Value, limit: number): string {
    if (typeof value === "string") return JSON.stringify(value.slice(0, Math.max(0, limit)));
    if (value === null || typeof value !== "object" || is_exact(value)) return one_line(value);
    const list = Array.isArray(value);
    let text = list ? "[" : "{";
    for (const [name, item] of Object.entries<Value>(value as ValueObject)) {
        if (text.length > limit) return text;
        if (text.length > 1) text += ",";
        if (!list) text += JSON.stringify(name.slice(0, limit)) + ":";
        text += limited_json(item, limit - text.length);
    }
    return text + (list ? "]" : "}");
}

// JSON text; `indent` 0 is one line.
export function to_json(value: Value, indent: number, depth = 0): string {
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    if (is_exact(value)) return value.digits;
    const parts = Array.isArray(value)
        ? value.map((item) => to_json(item, indent, depth + 1))
        : Object.entries(value).map(
              ([name, item]) =>
                  `${JSON.stringify(name)}:${indent ? " " : ""}${to_json(item, indent, depth + 1)}`,
          );
    const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
    if (parts.length === 0) return open + close;
    if (!indent) return open + parts.join(",") + close;
    const inner = "\n" + " ".repeat(indent * (depth + 1));
    return open + inner + parts.join("," + inner) + "\n" + " ".repeat(indent * depth) + close;
}
