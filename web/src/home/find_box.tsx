import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api/client.ts";
import { ApiError } from "../api/client.ts";
import { t } from "../i18n/texts.ts";
import { default_view, view_url } from "../search/search_view.ts";
import { navigate, order_url } from "../shell/route.ts";
import { may_be_id } from "./may_be_id.ts";

// One box for everything: an id of an order leads to the order, anything else is searched for.
export function FindBox() {
    const [text, set_text] = useState("");
    const [finding, set_finding] = useState(false);
    const input = useRef<HTMLInputElement>(null);
    const stop = useRef<AbortController | null>(null);
    useEffect(() => {
        const by_key = (key: KeyboardEvent) => {
            const typing = key.target instanceof Element && key.target.closest("input, select");
            if (key.key !== "/" || typing || key.ctrlKey || key.metaKey || key.altKey) return;
            key.preventDefault();
            input.current?.focus();
        };
        document.addEventListener("keydown", by_key);
        return () => {
            document.removeEventListener("keydown", by_key);
            stop.current?.abort();
        };
    }, []);
    const find = async (wanted: string) => {
        stop.current?.abort();
        const mine = new AbortController();
        stop.current = mine;
        set_finding(true);
        const url = await address_of(wanted, mine.signal);
        if (mine.signal.aborted) return;
        set_finding(false);
        navigate(url);
    };
    const submit = (event: Event) => {
        event.preventDefault();
        if (text.trim() !== "") void find(text.trim());
    };
    return (
        <form class="find" role="search" aria-label={t("home.find_label")} onSubmit={submit}>
            <input
                ref={input}
                id="find-box"
                class="field"
                value={text}
                aria-label={t("home.find_label")}
                aria-describedby="find-hint"
                placeholder={t("home.find_placeholder")}
                autocomplete="off"
                spellcheck={false}
                onInput={(event) => set_text(event.currentTarget.value)}
            />
            <button type="submit" class="button button-main" aria-disabled={finding}>
                {finding ? t("home.finding") : t("home.find")}
            </button>
            <p id="find-hint" class="muted">
                {t("home.find_hint")} <kbd>/</kbd>
            </p>
        </form>
    );
}

// The order's page when the text leads to an order (or to several), else the search for it.
async function address_of(text: string, stop: AbortSignal): Promise<string> {
    const searched = view_url({ ...default_view, query: text, range: { kind: "all" } });
    if (!may_be_id(text)) return searched;
    try {
        await api.order(text, "", stop);
        return order_url(text);
    } catch (failure) {
        if (failure instanceof ApiError && failure.code === "conflict") return order_url(text);
        return searched;
    }
}
