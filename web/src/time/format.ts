// How times and durations are written. Times are written alike in every language, because they are
// compared and copied; the zone is the reader's choice.

// The browser's zone, UTC, or a fixed offset such as "+03:00".
export type Zone = "local" | "utc" | `${"+" | "-"}${string}`;

// Nothing for a text that names no zone.
export function zone_from_text(text: string | null): Zone | undefined {
    if (text === "local" || text === "utc") return text;
    const parts = /^([+-])(\d\d):([0-5]\d)$/.exec(text ?? "");
    if (!parts || Number(parts[2]) > 14) return undefined;
    return parts[0] === "+00:00" || parts[0] === "-00:00" ? "utc" : (parts[0] as Zone);
}

// Minutes that the zone is ahead of UTC at a moment.
export function zone_minutes(epoch_ms: number, zone: Zone): number {
    if (zone === "utc") return 0;
    if (zone === "local") return -new Date(epoch_ms).getTimezoneOffset();
    const size = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
    return zone.startsWith("-") ? -size : size;
}

// The zone with its offset at a moment, for whoever does not share the browser: "UTC" or "+03:00".
export function zone_offset(epoch_ms: number, zone: Zone): string {
    const minutes = zone_minutes(epoch_ms, zone);
    const size = Math.abs(minutes);
    if (size === 0 || Number.isNaN(size)) return "UTC";
    return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const two = (n: number) => String(n).padStart(2, "0");

export interface ClockParts {
    date: string; // 2026-11-24
    time: string; // 10:15:00
    fraction: string; // .123
}

export function clock_parts(epoch_ms: number, zone: Zone): ClockParts {
    const iso = new Date(epoch_ms + zone_minutes(epoch_ms, zone) * 60_000);
    if (Number.isNaN(iso.getTime())) return { date: "?", time: "", fraction: "" };
    const [date = "", rest = ""] = iso.toISOString().split("T");
    return { date, time: rest.slice(0, 8), fraction: rest.slice(8, 12) };
}

// 2026-11-24 10:15:00
export function date_time(epoch_ms: number, zone: Zone): string {
    const { date, time } = clock_parts(epoch_ms, zone);
    return `${date} ${time}`.trim();
}

// "UTC" or "UTC+03:00", as it is at that moment.
export function zone_name(epoch_ms: number, zone: Zone): string {
    const offset = zone_offset(epoch_ms, zone);
    return offset === "UTC" ? offset : "UTC" + offset.replace("-", "−");
}

export interface DurationPart {
    unit: "day" | "hour" | "minute" | "second";
    value: number;
}

// At most two units, the smaller one left out where it says nothing: 2 d 3 h, 6 h, 42 min, 0.4 s.
export function duration_parts(seconds: number): DurationPart[] {
    const size = Math.abs(seconds);
    if (size < 10) return [{ unit: "second", value: Math.round(size * 10) / 10 }];
    let whole = Math.round(size);
    if (whole >= 86_400) whole = Math.round(whole / 3600) * 3600;
    else if (whole >= 600) whole = Math.round(whole / 60) * 60;
    const parts: DurationPart[] = [
        { unit: "day", value: Math.floor(whole / 86_400) },
        { unit: "hour", value: Math.floor((whole % 86_400) / 3600) },
        { unit: "minute", value: Math.floor((whole % 3600) / 60) },
        { unit: "second", value: whole % 60 },
    ];
    return parts.filter((part) => part.value > 0).slice(0, 2);
}
