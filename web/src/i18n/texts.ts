import { language } from "../settings/settings.ts";
import { ApiError } from "../api/client.ts";
import type { Title } from "../api/types.ts";
import { duration_parts } from "../time/format.ts";
import { en } from "./en.ts";
import { ru } from "./ru.ts";

export type TextKey = keyof typeof en;
type PluralForms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
// A catalog with the keys of another one.
export type Texts<Keys> = Record<keyof Keys, string | PluralForms>;
export type Catalog = Texts<typeof en>;

const catalogs: Record<string, Catalog> = { en, ru };

// The text in the reader's language. `count` chooses among plural forms and is written with the
// language's digit grouping, like every number that is passed.
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
    const message = (catalogs[language.value] ?? en)[key];
    const template = typeof message === "string" ? message : plural(message, values.count);
    return template.replace(/\{(\w+)\}/g, (place, name: string) => {
        const value = values[name];
        if (value === undefined) return place;
        return typeof value === "number" ? number_text(value) : value;
    });
}

function plural(forms: PluralForms, count: string | number | undefined): string {
    const rule = new Intl.PluralRules(language.value).select(Number(count ?? 0));
    return forms[rule] ?? forms.other;
}

export const number_text = (value: number): string => value.toLocaleString(language.value);

export const title_text = (title: Title): string => title[language.value] || title.en;

// "2 d 3 h"; a negative duration keeps its sign.
export function duration_text(seconds: number): string {
    const words = duration_parts(seconds).map(({ unit, value }) =>
        t(`duration.${unit}`, { n: value }),
    );
    return (seconds < 0 ? "−" : "") + words.join(" ");
}

// What to tell the reader about a request that failed.
export function error_text(failure: ApiError): string {
    switch (failure.code) {
        case "unreachable":
        case "busy":
        case "timeout":
        case "denied":
            return t(`error.${failure.code}`);
        case "unreadable":
            return t("error.unreadable", { message: failure.message });
        default:
            return failure.message;
    }
}
