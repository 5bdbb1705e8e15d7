import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { error_text, t } from "../i18n/texts.ts";
import { language } from "../settings/settings.ts";
import { LogText } from "../text/log_text.tsx";
import { IndexPicker } from "./index_picker.tsx";
import type { QueryEditor } from "./query_editor.ts";
import { remember_query } from "./query_history.ts";
import { place_in_query, query_text, type Place } from "./query_text.ts";
import { RangePicker } from "./range_picker.tsx";
import { change_view, found, refresh, view } from "./search_state.ts";
import { is_typing } from "./typing.ts";

// A plain input until it is focused; then the editor with its suggestions takes its place.
export function QueryBar() {
    const input = useRef<HTMLInputElement>(null);
    const host = useRef<HTMLDivElement>(null);
    const editor = useRef<QueryEditor>(null);
    const [loaded, set_loaded] = useState<EditorModule | null>(null);
    const asked = view.value.query;
    const [text, set_text] = useState(asked);
    useEffect(() => {
        set_text(asked);
        editor.current?.set_text(asked);
    }, [asked]);

    const run = () => {
        remember_query(latest.current);
        if (latest.current === view.peek().query) refresh();
        else change_view({ query: latest.current });
    };
    const latest = useRef(text);
    latest.current = text;
    // What is selected in the input when the editor takes its place.
    const selected = useRef<Place | null>(null);
    const keep_input = (element: HTMLInputElement | null) => {
        const { selectionStart: start, selectionEnd: end } = input.current ?? {};
        if (!element && typeof start === "number") selected.current = { start, end: end ?? start };
        input.current = element;
    };
    const load = () => {
        import("./query_editor.ts").then(
            (module) => set_loaded(() => module),
            () => undefined, // The input does without.
        );
    };
    useLayoutEffect(() => {
        if (!loaded || !host.current) return;
        const opened = loaded.open_editor(host.current, {
            text: latest.current,
            label: t("search.query_label"),
            placeholder: t("search.query_placeholder"),
            changed: (typed) => {
                latest.current = typed;
                set_text(typed);
            },
            run,
        });
        editor.current = opened;
        // It was being focused when it was loaded.
        opened.focus();
        if (selected.current) opened.select(selected.current);
        selected.current = null;
        return () => {
            opened.close();
            editor.current = null;
        };
    }, [loaded, language.value]);
    const place = wrong_place();
    useEffect(() => editor.current?.set_wrong(place), [loaded, place?.start, place?.end]);
    const show_place = (place: Place) => {
        editor.current?.select(place);
        input.current?.focus();
        input.current?.setSelectionRange(place.start, Math.max(place.end, place.start));
    };
    useEffect(
        () =>
            focus_on_slash(() => {
                editor.current?.focus();
                editor.current?.select_all();
                input.current?.select();
            }),
        [],
    );
    return (
        <div class="query">
            <form
                class="query-bar"
                role="search"
                aria-label={t("search.title")}
                onSubmit={(submit) => {
                    submit.preventDefault();
                    run();
                }}
            >
                {loaded ? (
                    <div
                        ref={host}
                        class="field query-input query-editor"
                        data-invalid={place !== null}
                    />
                ) : (
                    <input
                        ref={keep_input}
                        id="query"
                        class="field query-input code"
                        type="text"
                        aria-label={t("search.query_label")}
                        aria-invalid={place !== null}
                        aria-describedby="query-error"
                        placeholder={t("search.query_placeholder")}
                        title={t("search.key_hint")}
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck={false}
                        value={text.replace(/\s*\n\s*/g, " ")}
                        onFocus={load}
                        onInput={(change) => set_text(change.currentTarget.value)}
                        onKeyDown={(press) => {
                            if (press.key === "Escape") press.currentTarget.blur();
                        }}
                    />
                )}
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

type EditorModule = typeof import("./query_editor.ts");

// Where the server found the asked query wrong.
function wrong_place(): Place | null {
    const position = found.value.failure?.position;
    const { query, filters } = view.value;
    if (!position || query === "") return null;
    return place_in_query(query, position, query_text(query, filters).shift);
}

// What is wrong with the query, and where: the query again, with the place underlined.
function QueryError({ show_place }: { show_place: (place: Place) => void }) {
    const failure = found.value.failure;
    const { query } = view.value;
    if (failure?.code !== "invalid_argument") return null;
    const place = wrong_place();
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

function focus_on_slash(focus: () => void): () => void {
    const on_key = (press: KeyboardEvent) => {
        const with_modifier = press.ctrlKey || press.metaKey || press.altKey;
        if (press.key !== "/" || is_typing(press) || with_modifier) return;
        press.preventDefault();
        focus();
    };
    addEventListener("keydown", on_key);
    return () => removeEventListener("keydown", on_key);
}
