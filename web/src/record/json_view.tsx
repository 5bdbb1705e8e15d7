import { to_json } from "../api/json.ts";
import type { Value } from "../api/types.ts";
import { t } from "../i18n/texts.ts";
import { LogText } from "../text/log_text.tsx";

// Text beyond this is left to "Copy JSON", and colours after so many pieces are left out; a page with
// more of them would be slow.
const longest = 20_000;
const most_pieces = 600;

// The event as it was sent, laid out and lightly coloured.
export function JsonView({ value }: { value: Value }) {
    const text = to_json(value, 2);
    return (
        <pre class="json" tabIndex={0}>
            {tokens_of(text.slice(0, longest)).map(({ kind, text }) =>
                kind ? (
                    <span class={kind}>
                        <LogText text={text} />
                    </span>
                ) : (
                    <LogText text={text} />
                ),
            )}
            {text.length > longest && `…\n\n${t("record.json_cut")}`}
        </pre>
    );
}

interface Token {
    kind?: string;
    text: string;
}

const kinds = ["key", "string", "number", "word"];

function tokens_of(json: string): Token[] {
    const tokens: Token[] = [];
    const pattern =
        /(?<key>"(?:[^"\\]|\\.)*"(?=:))|(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?\d[\d.eE+-]*)|(?<word>true|false|null)/g;
    let from = 0;
    for (const found of json.matchAll(pattern)) {
        if (tokens.length > most_pieces) break;
        if (found.index > from) tokens.push({ text: json.slice(from, found.index) });
        const kind = kinds.find((kind) => found.groups?.[kind]);
        tokens.push({ ...(kind && { kind: "json-" + kind }), text: found[0] });
        from = found.index + found[0].length;
    }
    tokens.push({ text: json.slice(from) });
    return tokens;
}
