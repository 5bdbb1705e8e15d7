import { useEffect, useRef, useState } from "preact/hooks";
import { error_text, t } from "../i18n/texts.ts";
import { LogText } from "../text/log_text.tsx";
import { IndexPicker } from "./index_picker.tsx";
import { place_in_query, query_text, type Place } from "./query_text.ts";
import { RangePicker } from "./range_picker.tsx";
import { change_view, found, refresh, view } from "./search_state.ts";

export function QueryBar() {
    const input = useRef<HTMLInputElement>(null);
    const asked = view.value.query;
    const [text, set_text] = useState(asked);
    useEffect(() => set_text(asked), [asked]);
    useEffect(() => focus_on_slash(input), []);

    const run = (submit: Event) => {
        submit.preventDefault();
        if (text === asked) refresh();
        else change_view({ query: text });
    };
    const show_place = (place: Place) => {
        input.current?.focus();
        input.current?.setSelectionRange(place.start, Math.max(place.end, place.start));
    };
    return (
        <div class="query">
            <form class="query-bar" role="search" aria-label={t("search.title")} onSubmit={run}>
                <input
                    ref={input}
                    id="query"
                    class="field query-input code"
                    type="text"
                    aria-label={t("search.query_label")}
                    aria-invalid={found.value.failure?.position !== undefined}
                    aria-describedby="query-error"
                    placeholder={t("search.query_placeholder")}
                    title={t("search.key_hint")}
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck={false}
                    value={text}
                    onInput={(change) => set_text(change.currentTarget.value)}
                    onKeyDown={(press) => {
                        if (press.key === "Escape") press.currentTarget.blur();
                    }}
                />
                <IndexPicker />
                <RangePicker />
                <button type="submit" class="button button-main">
                    {text === asked ? t("search.refresh") : t("search.run")}
                </button>
            </form>
            <QueryError show_place={show_place} />
        </div>
    );
}

// What is wrong with the query, and where: the query again, with the place underlined.
function QueryError({ show_place }: { show_place: (place: Place) => void }) {
    const failure = found.value.failure;
    const { query, filters } = view.value;
    if (failure?.code !== "invalid_argument") return null;
    const { shift } = query_text(query, filters);
    const place =
        failure.position && query !== "" && place_in_query(query, failure.position, shift);
    return (
        <div id="query-error" class="query-error" role="alert" data-testid="query-error">
            <p>
                {place && <span>{t("search.error_at", { column: place.start + 1 })}: </span>}
                <LogText text={error_text(failure)} limit={1000} />
                {place && (
                    <button
                        type="button"
                        class="button button-small button-bare"
                        onClick={() => show_place(place)}
                    >
                        {t("search.show_place")}
                    </button>
                )}
            </p>
            {place && (
                <pre>
                    {query.slice(Math.max(0, place.start - 120), place.start)}
                    <mark>{query.slice(place.start, place.end) || " "}</mark>
                    {query.slice(place.end, place.end + 120)}
                </pre>
            )}
        </div>
    );
}

function focus_on_slash(input: { current: HTMLInputElement | null }): () => void {
    const on_key = (press: KeyboardEvent) => {
        const typing =
            press.target instanceof HTMLElement && press.target.matches("input, textarea, select");
        if (press.key !== "/" || typing || press.ctrlKey || press.metaKey || press.altKey) return;
        press.preventDefault();
        input.current?.focus();
        input.current?.select();
    };
    addEventListener("keydown", on_key);
    return () => removeEventListener("keydown", on_key);
}
