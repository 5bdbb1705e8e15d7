import { title_text, t } from "../i18n/texts.ts";
import { CopyButton } from "../record/copy_button.tsx";
import type { Place, Snippet } from "./catalogue/source.ts";
import "./snippet.css";

export const name_text = (name: Snippet["into"]): string =>
    typeof name === "string" ? name : title_text(name);

// Text to be copied, in a box that scrolls by itself.
export function Code({ name, code }: { name: string; code: string }) {
    return (
        <figure class="snippet">
            <figcaption>
                <span class="code">{name}</span>
                <CopyButton label={t("connect.copy")} text={() => code} />
            </figcaption>
            <pre tabIndex={0} aria-label={name}>
                {code}
            </pre>
        </figure>
    );
}

export function Snippets({ snippets, place }: { snippets: Snippet[]; place: Place }) {
    return (
        <>
            {snippets.map((snippet) => (
                <Code
                    key={name_text(snippet.into)}
                    name={name_text(snippet.into)}
                    code={snippet.code(place)}
                />
            ))}
        </>
    );
}
