import {
    startCompletion,
    type Completion,
    type CompletionContext,
    type CompletionResult,
} from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import * as api from "../api/client.ts";
import { t } from "../i18n/texts.ts";
import { visible_text } from "../text/visible.ts";
import { past_queries } from "./query_history.ts";
import { escaped_field, literal } from "./query_text.ts";
import { place_at, type QueryPlace } from "./query_place.ts";
import { fields, view as shown_view } from "./search_state.ts";

// What the editor offers at the cursor: fields, their values from the server, words between them.
export async function complete_query(context: CompletionContext): Promise<CompletionResult | null> {
    const query = context.state.doc.toString();
    if (query.trim() === "") return context.explicit ? recent() : fields_like("", 0);
    const place = place_at(query, context.pos);
    if (!context.explicit && place.typed === "" && place.kind !== "value") return null;
    switch (place.kind) {
        case "field":
            return fields_like(place.typed, place.from);
        case "value":
            return values_of(place, context);
        case "operator":
            return result(place.from, operators(place.field));
        case "conjunction":
            return result(place.from, conjunctions(place.typed));
        case "nothing":
            return null;
    }
}

function result(from: number, options: Completion[]): CompletionResult | null {
    return options.length === 0 ? null : { from, options, filter: false };
}

// `more` asks for the next word at once.
const insert =
    (text: string, more: boolean) =>
    (view: EditorView, _: Completion, from: number, to: number) => {
        const after = view.state.sliceDoc(to, to + 1);
        // The closing quote of a value that is completed within its quotes.
        const end = text.endsWith('"') && after === '"' ? to + 1 : to;
        view.dispatch({
            changes: { from, to: end, insert: text },
            selection: { anchor: from + text.length },
            userEvent: "input.complete",
        });
        if (more) startCompletion(view);
    };

function recent(): CompletionResult | null {
    const options = past_queries().map((query) => ({
        label: query,
        displayLabel: visible_text(query.slice(0, 120)),
        type: "history",
        section: t("complete.recent"),
        apply: insert(query, false),
    }));
    return options.length > 0 ? result(0, options) : fields_like("", 0);
}

const most_fields = 50;

const kinds = ["keyword", "text", "number", "boolean", "date", "ip"] as const;

function kind_title(kind: string): string {
    const known = kinds.find((each) => each === kind);
    return known ? t(`complete.kind_${known}`) : kind;
}

function fields_like(typed: string, from: number): CompletionResult | null {
    const wanted = typed.toLowerCase();
    const rank = (name: string) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
    const known = fields.peek().value ?? [];
    const options = known
        .filter(({ name }) => name.toLowerCase().includes(wanted))
        .sort((a, b) => rank(a.name) - rank(b.name))
        .slice(0, most_fields)
        .map(({ name, kind }) => ({
            label: name,
            displayLabel: visible_text(name.slice(0, 120)),
            detail: kind_title(kind),
            type: "field",
            apply: insert(escaped_field(name) + ": ", true),
        }));
    const not = { label: "not", detail: t("complete.not"), apply: insert("not ", true) };
    return result(from, wanted !== "" && "not".startsWith(wanted) ? [...options, not] : options);
}

async function values_of(
    { field, typed, from }: QueryPlace,
    context: CompletionContext,
): Promise<CompletionResult | null> {
    const stop = new AbortController();
    context.addEventListener("abort", () => stop.abort());
    try {
        const index = shown_view.peek().index;
        const request = { index, field, prefix: typed.replace(/\*$/, ""), size: 20 };
        const { values } = await api.values(request, stop.signal);
        const options = values.map(({ value, count }) => ({
            label: String(value),
            displayLabel: visible_text(String(value).slice(0, 120)),
            detail: t("complete.count", { count }),
            type: "value",
            apply: insert(literal(value), false),
        }));
        const exists = { label: "*", detail: t("complete.exists"), apply: insert("*", false) };
        return result(from, typed === "" ? [...options, exists] : options);
    } catch {
        return null; // Typing goes on without suggestions.
    }
}

function operators(field: string): Completion[] {
    const kind = fields.peek().value?.find(({ name }) => name === field)?.kind;
    const compared = kind === "number" || kind === "date" || field === "level";
    return [
        ...(kind ? [{ label: ":", detail: t("complete.is"), apply: insert(": ", true) }] : []),
        ...(compared
            ? [">=", "<=", ">", "<"].map((sign) => ({
                  label: sign,
                  detail: t("complete.compare"),
                  apply: insert(sign + " ", true),
              }))
            : []),
        ...conjunctions(""),
    ];
}

const conjunctions = (typed: string): Completion[] =>
    (["and", "or"] as const)
        .filter((name) => name.startsWith(typed.toLowerCase()))
        .map((name) => ({
            label: name,
            detail: t(`complete.${name}`),
            apply: insert(name + " ", true),
        }));
