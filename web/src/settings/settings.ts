import { effect, signal, type Signal } from "@preact/signals";
import type { Zone } from "../time/format.ts";

// What a reader chooses for their own browser; kept there, sent nowhere.

export type Language = "en" | "ru";
export type Theme = "light" | "dark";

export const language: Signal<Language> = kept("language", ["en", "ru"], browser_language());
export const zone: Signal<Zone> = kept("zone", ["local", "utc"], "local");
// "system" until the reader chooses.
export const theme_choice: Signal<Theme | "system"> = kept(
    "theme",
    ["light", "dark", "system"],
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

function kept<T extends string>(name: string, allowed: readonly T[], initial: T): Signal<T> {
    const key = "ordertrail." + name;
    const found = allowed.find((value) => value === read(key));
    const value = signal<T>(found ?? initial);
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
