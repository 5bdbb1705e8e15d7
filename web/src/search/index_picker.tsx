import { useEffect, useState } from "preact/hooks";
import * as api from "../api/client.ts";
import { t } from "../i18n/texts.ts";
import { change_view, view } from "./search_state.ts";

// Index names and patterns: free text with the known ones offered.
export function IndexPicker() {
    const [known, set_known] = useState<string[]>([]);
    const asked = view.value.index;
    const [text, set_text] = useState(asked);
    useEffect(() => set_text(asked), [asked]);
    useEffect(() => {
        const stop = new AbortController();
        api.indices(stop.signal).then(
            (answer) => set_known(answer.indices.map((index) => index.name)),
            () => set_known([]), // The field works without suggestions.
        );
        return () => stop.abort();
    }, []);
    const apply = (value: string) => {
        const index = value.trim() || "*";
        set_text(index);
        if (index !== view.peek().index) change_view({ index });
    };
    return (
        <>
            <input
                class="field index-input"
                type="text"
                list="known-indices"
                aria-label={t("search.index_label")}
                title={t("search.index_label")}
                placeholder={t("search.index_all")}
                autocomplete="off"
                spellcheck={false}
                value={text === "*" ? "" : text}
                onInput={(change) => set_text(change.currentTarget.value)}
                onChange={(change) => apply(change.currentTarget.value)}
            />
            <datalist id="known-indices">
                {patterns_of(known).map((name) => (
                    <option value={name} />
                ))}
            </datalist>
        </>
    );
}

// Every index, and a pattern for every system and environment that has more than one.
function patterns_of(names: string[]): string[] {
    const patterns = new Map<string, number>();
    for (const name of names) {
        const dash = name.lastIndexOf("-");
        if (dash < 0) continue;
        for (const pattern of [name.slice(0, dash) + "-*", "*" + name.slice(dash)]) {
            patterns.set(pattern, (patterns.get(pattern) ?? 0) + 1);
        }
    }
    const shared = [...patterns].filter(([, count]) => count > 1).map(([pattern]) => pattern);
    return [...shared.sort(), ...names.toSorted()];
}
