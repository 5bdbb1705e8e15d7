import { computed, effect, signal, type Signal } from "@preact/signals";
import { zone_from_text, type Zone } from "../time/format.ts";

// What a reader chooses for their own browser; kept there, sent nowhere.

export type Language = "en" | "ru";
export type Theme = "light" | "dark";

export const language: Signal<Language> = kept("language", one_of("en", "ru"), browser_language());
const zone_choice: Signal<Zone> = kept("zone", zone_from_text, "local");
// The zone that a link asks for; until the reader chooses one, or leaves the page.
const link_zone = signal<Zone | null>(null);
export const zone = computed<Zone>(() => link_zone.value ?? zone_choice.value);

export function choose_zone(chosen: Zone): void {
    link_zone.value = null;
    zone_choice.value = chosen;
}

export function show_zone_of_link(text: string | null): void {
    const asked = zone_from_text(text);
    if (asked !== undefined) link_zone.value = asked === zone_choice.peek() ? null : asked;
}

// "system" until the reader chooses.
export const theme_choice: Signal<Theme | "system"> = kept(
    "theme",
    one_of("light", "dark", "system"),
    "system",
);

const system_dark = matchMedia("(prefers-color-scheme: dark)");
const system_theme = signal<Theme>(system_dark.matches ? "dark" : "light");
system_dark.addEventListener("change", () => {
    system_theme.value = system_dark.matches ? "dark" : "light";
});

// The theme that is shown.
export const theme = (): Theme =>
    theme_choice.value === "system" ? system_theme.value : theme_choice.value;

effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dataset.theme = theme();
});

function browser_language(): Language {
    return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

function one_of<T extends string>(...allowed: T[]): (text: string | null) => T | undefined {
    return (text) => allowed.find((value) => value === text);
}

function kept<T extends string>(
    name: string,
    from_text: (text: string | null) => T | undefined,
    initial: T,
): Signal<T> {
    const key = "ordertrail." + name;
    const value = signal<T>(from_text(read(key)) ?? initial);
    effect(() => {
        if (value.value !== initial || read(key) !== null) write(key, value.value);
    });
    return value;
}

// A browser may forbid storage; the choice then lasts as long as the page.
function read(key: string): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null;
    }
}

function write(key: string, value: string): void {
    try {
        localStorage.setItem(key, value);
    } catch {
        return;
    }
}
