import { language } from "../settings/settings.ts";
import { t } from "./texts.ts";

// Amounts in the reader's language.

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

// "1.4 MB", in units of a thousand.
export function bytes_text(bytes: number): string {
    let size = Math.max(0, bytes);
    let unit = 0;
    while (size >= 999.5 && unit < units.length - 1) {
        size /= 1000;
        unit += 1;
    }
    const digits = unit === 0 || size >= 100 ? 0 : 1;
    const n = size.toLocaleString(language.value, { maximumFractionDigits: digits });
    return t(`unit.${units[unit] ?? "byte"}`, { n });
}

// A rate: two digits that mean something, "0.03", "4.2", "1,250".
export function rate_text(rate: number): string {
    if (rate === 0) return "0";
    if (rate < 0.005) return "< " + (0.01).toLocaleString(language.value);
    return rate.toLocaleString(language.value, {
        maximumFractionDigits: rate < 1 ? 2 : rate < 100 ? 1 : 0,
    });
}
