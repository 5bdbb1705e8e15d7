import { useState } from "preact/hooks";
import { t } from "../i18n/texts.ts";
import { language, theme, theme_choice, zone } from "../settings/settings.ts";
import { zone_name } from "../time/format.ts";
import { navigate, order_url, route } from "./route.ts";
import { MoonIcon, SunIcon, TrailIcon } from "./icons.tsx";
import "./header.css";

export function Header() {
    return (
        <header class="header">
            <a class="header-name" href="/">
                <TrailIcon />
                Ordertrail
            </a>
            <nav aria-label={t("header.main")}>
                {(["home", "search", "sources"] as const).map((page) => (
                    <a
                        key={page}
                        href={page === "home" ? "/" : "/" + page}
                        aria-current={route.value.page === page ? "page" : undefined}
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

function ZoneSwitch() {
    const shown = zone_name(Date.now(), zone.value);
    const name = zone.value === "utc" ? "UTC" : t("header.zone_local");
    return (
        <button
            type="button"
            class="header-switch"
            data-testid="zone-switch"
            title={t("header.zone_title", { zone: shown })}
            aria-label={`${t("header.zone")}: ${name}, ${shown}`}
            onClick={() => (zone.value = zone.value === "utc" ? "local" : "utc")}
        >
            {name}
        </button>
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
