import {
    acceptCompletion,
    autocompletion,
    closeCompletion,
    completionStatus,
    moveCompletionSelection,
    startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import {
    Decoration,
    EditorView,
    keymap,
    placeholder,
    type DecorationSet,
    type KeyBinding,
} from "@codemirror/view";
import { complete_query } from "./query_completion.ts";
import type { Place } from "./query_text.ts";

// The query's editor, loaded when the query is first focused. One line that wraps.

export interface EditorOptions {
    text: string;
    label: string;
    placeholder: string;
    changed: (text: string) => void;
    run: () => void;
}

export interface QueryEditor {
    focus: () => void;
    set_text: (text: string) => void;
    select: (place: Place) => void;
    select_all: () => void;
    // Underlines where the query is wrong.
    set_wrong: (place: Place | null) => void;
    close: () => void;
}

const mark_wrong = StateEffect.define<Place | null>();
const wrong_mark = Decoration.mark({ class: "query-wrong" });
const wrong_place = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (marks, transaction) => {
        for (const effect of transaction.effects) {
            if (!effect.is(mark_wrong)) continue;
            if (effect.value === null) return Decoration.none;
            const length = transaction.newDoc.length;
            // At the end of the query there is nothing to underline but what stands before it.
            const end = Math.max(
                1,
                Math.min(length, Math.max(effect.value.end, effect.value.start)),
            );
            const start = Math.min(effect.value.start, end - 1);
            return length === 0
                ? Decoration.none
                : Decoration.set([wrong_mark.range(Math.max(0, start), end)]);
        }
        return marks.map(transaction.changes);
    },
    provide: (field) => [
        EditorView.decorations.from(field),
        EditorView.contentAttributes.from(field, (marks) => ({
            "aria-invalid": marks.size > 0 ? "true" : "false",
        })),
    ],
});

// The editor brings its own styles: within a shadow root they need no exception from the content
// security policy.
export function open_editor(host: HTMLElement, options: EditorOptions): QueryEditor {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const view = new EditorView({
        root,
        parent: root,
        state: EditorState.create({
            doc: options.text,
            selection: { anchor: options.text.length },
            extensions: [
                history(),
                wrong_place,
                autocompletion({
                    override: [complete_query],
                    selectOnOpen: false,
                    interactionDelay: 0,
                    icons: false,
                    maxRenderedOptions: 50,
                }),
                Prec.highest(keymap.of(keys(options))),
                keymap.of([...historyKeymap, ...defaultKeymap]),
                placeholder(options.placeholder),
                EditorView.lineWrapping,
                EditorState.transactionFilter.of((transaction) =>
                    transaction.newDoc.lines === 1 ? transaction : [],
                ),
                EditorView.clipboardInputFilter.of((text) => text.replace(/\s*\n\s*/g, " ")),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged) options.changed(update.state.doc.toString());
                }),
                EditorView.contentAttributes.of({
                    id: "query",
                    "aria-label": options.label,
                    "aria-multiline": "false",
                    autocapitalize: "off",
                    spellcheck: "false",
                }),
                theme,
            ],
        }),
    });
    return {
        focus: () => view.focus(),
        set_text: (text) => {
            const line = text.replace(/\s*\n\s*/g, " ");
            if (line === view.state.doc.toString()) return;
            view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: line } });
        },
        select: ({ start, end }) => {
            const length = view.state.doc.length;
            const selection = { anchor: Math.min(start, length), head: Math.min(end, length) };
            view.dispatch({ selection, scrollIntoView: true });
            view.focus();
        },
        select_all: () => view.dispatch({ selection: { anchor: 0, head: view.state.doc.length } }),
        set_wrong: (place) => view.dispatch({ effects: mark_wrong.of(place) }),
        close: () => view.destroy(),
    };
}

const keys = (options: EditorOptions): KeyBinding[] => [
    {
        key: "Enter",
        run: (view) => {
            if (acceptCompletion(view)) return true;
            closeCompletion(view);
            options.run();
            return true;
        },
        shift: () => true,
    },
    {
        key: "Tab",
        run: (view) => {
            if (completionStatus(view.state) !== "active") return false;
            if (!acceptCompletion(view)) {
                moveCompletionSelection(true)(view);
                acceptCompletion(view);
            }
            return true;
        },
    },
    {
        key: "ArrowDown",
        run: (view) => completionStatus(view.state) !== "active" && startCompletion(view),
    },
    {
        key: "Escape",
        run: (view) => {
            if (!closeCompletion(view)) view.contentDOM.blur();
            return true;
        },
    },
];

const theme = EditorView.theme({
    "&": { color: "var(--text-primary)", maxHeight: "120px" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--font-code)", fontSize: "12px", lineHeight: "18px" },
    ".cm-content": { padding: "5px 0", caretColor: "var(--text-primary)" },
    ".cm-line": { padding: "0 10px" },
    ".cm-placeholder": { color: "var(--text-secondary)" },
    ".query-wrong": {
        textDecoration: "underline wavy var(--status-bad-text) 1.5px",
        textUnderlineOffset: "3px",
    },
    ".cm-tooltip": {
        border: "1px solid var(--border-strong)",
        borderRadius: "var(--radius)",
        backgroundColor: "var(--surface-primary)",
        color: "var(--text-primary)",
        boxShadow: "0 8px 24px var(--shadow)",
        // Below the field's edge.
        marginTop: "8px",
        zIndex: "20",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": {
        fontFamily: "var(--font-code)",
        fontSize: "12px",
        maxHeight: "260px",
        minWidth: "280px",
        maxWidth: "min(640px, 90vw)",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
        display: "flex",
        justifyContent: "space-between",
        gap: "16px",
        padding: "3px 10px",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
        backgroundColor: "var(--surface-selected)",
        color: "var(--text-primary)",
    },
    ".cm-completionLabel": { overflow: "hidden", textOverflow: "ellipsis" },
    ".cm-completionDetail": {
        marginLeft: "0",
        fontFamily: "var(--font-text)",
        fontStyle: "normal",
        color: "var(--text-secondary)",
    },
    "completion-section": {
        padding: "4px 10px",
        fontFamily: "var(--font-text)",
        color: "var(--text-secondary)",
        borderBottom: "1px solid var(--border-subtle)",
    },
});
