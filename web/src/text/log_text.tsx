import { visible_pieces } from "./visible.ts";

interface Props {
    text: string;
    // Newlines and tabs become signs, so that the text stays on one line.
    one_line?: boolean;
    // Characters shown at most.
    limit?: number;
}

// Text from a log, as text nodes only, with hidden characters made visible.
export function LogText({ text, one_line = false, limit = Infinity }: Props) {
    const cut = text.length > limit;
    let shown = cut ? text.slice(0, limit) : text;
    if (one_line) shown = shown.replace(/\r?\n/g, " ⏎ ").replace(/\t/g, " ⇥ ");
    return (
        <span class="log-text">
            {visible_pieces(shown).map((piece) =>
                piece.control ? <span class="control-character">{piece.text}</span> : piece.text,
            )}
            {cut && "…"}
        </span>
    );
}
