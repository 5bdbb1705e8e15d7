import { useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";
import { choose_zone, language, theme, theme_choice, zone } from "../settings/settings.ts";
import { zone_from_text, zone_name, type Zone } from "../time/format.ts";
import { navigate, order_url, route } from "./route.ts";
import { MoonIcon, SunIcon, TrailIcon } from "./icons.tsx";
import "./header.css";

export function Header() {
    return (
        <header class="header">
            <a class="header-name" href="/">
                <TrailIcon />
                <span class="header-word">Ordertrail</span>
            </a>
            <nav aria-label={t("header.main")}>
                {(["home", "search", "traces", "sources"] as const).map((page) => (
                    <a
                        key={page}
                        href={page === "home" ? "/" : "/" + page}
                        aria-current={page.startsWith(route.value.page) ? "page" : undefined}
                    >
                        {t(`header.${page}`)}
                    </a>
                ))}
            </nav>
            <OrderBox />
            <div class="header-switches">
                <ZoneSwitch />
                <LanguageSwitch />
                <ThemeSwitch />
            </div>
        </header>
    );
}

function OrderBox() {
    const [id, set_id] = useState("");
    const open = (submit: Event) => {
        submit.preventDefault();
        if (id.trim() === "") return;
        navigate(order_url(id.trim()));
        set_id("");
    };
    return (
        <form
            class="header-order"
            role="search"
            aria-label={t("header.order_open")}
            onSubmit={open}
        >
            <label for="order-box">{t("header.order_label")}</label>
            <input
                id="order-box"
                value={id}
                onInput={(input) => set_id(input.currentTarget.value)}
                placeholder={t("header.order_placeholder")}
                autocomplete="off"
                spellcheck={false}
            />
            <button
                type="submit"
                aria-label={t("header.order_open")}
                title={t("header.order_open")}
            >
                →
            </button>
        </form>
    );
}

// Offsets in use somewhere on earth, from west to east.
const offsets = [
    ..."-12 -11 -10 -09:30 -09 -08 -07 -06 -05 -04 -03:30 -03 -02 -01".split(" "),
    ..."+01 +02 +03 +03:30 +04 +04:30 +05 +05:30 +05:45 +06 +06:30 +07 +08".split(" "),
    ..."+08:45 +09 +09:30 +10 +10:30 +11 +12 +12:45 +13 +14".split(" "),
].map((offset) => (offset.includes(":") ? offset : offset + ":00") as Zone);

function ZoneSwitch() {
    const chosen = zone.value;
    const now = Date.now();
    const all: Zone[] = offsets.includes(chosen) ? offsets : [...offsets, chosen];
    return (
        <select
            class="header-switch header-zone"
            data-testid="zone-switch"
            title={t("header.zone_title", { zone: zone_name(now, chosen) })}
            aria-label={t("header.zone")}
            value={chosen}
            onChange={(change) =>
                choose_zone(zone_from_text(change.currentTarget.value) ?? "local")
            }
        >
            <option value="local">
                {t("header.zone_local", { zone: zone_name(now, "local") })}
            </option>
            <option value="utc">UTC</option>
            {all
                .filter((offset) => offset !== "local" && offset !== "utc")
                .map((offset) => (
                    <option value={offset}>{zone_name(now, offset)}</option>
                ))}
        </select>
    );
}

function LanguageSwitch() {
    return (
        <div class="header-choice" role="group" aria-label={t("header.language")}>
            {(["en", "ru"] as const).map((code) => (
                <button
                    type="button"
                    class="header-switch"
                    lang={code}
                    aria-pressed={language.value === code}
                    onClick={() => (language.value = code)}
                >
                    {code.toUpperCase()}
                </button>
            ))}
        </div>
    );
}

function ThemeSwitch() {
    const dark = theme() === "dark";
    const label = dark ? t("header.theme_light") : t("header.theme_dark");
    return (
        <button
            type="button"
            class="header-switch"
            data-testid="theme-switch"
            aria-label={label}
            title={label}
            onClick={() => (theme_choice.value = dark ? "light" : "dark")}
        >
            {dark ? <SunIcon /> : <MoonIcon />}
        </button>
    );
}
