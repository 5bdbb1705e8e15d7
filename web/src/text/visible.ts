// Log text may carry characters that hide, reorder or imitate other text. They are made visible.

export interface TextPiece {
    text: string;
    // True when `text` stands for a character that would not have been seen.
    control: boolean;
}

// C0 and C1 controls (tab and newline apart), soft hyphen, zero-width characters and marks of
// direction, line separators, variation fillers, interlinear marks, tag characters, lone surrogates.
const hidden =
    // eslint-disable-next-line no-control-regex, no-misleading-character-class
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

export function visible_pieces(text: string): TextPiece[] {
    const pieces: TextPiece[] = [];
    let plain_from = 0;
    for (const found of text.matchAll(hidden)) {
        if (found.index > plain_from) add_plain(pieces, text.slice(plain_from, found.index));
        const before = pieces.at(-1);
        // A run of them is one piece, and after many pieces they are plain text: a text of nothing
        // else must not become a hundred thousand elements.
        const follows = before?.control === true && found.index === plain_from;
        if (before && (follows || pieces.length >= most)) {
            before.text += name_of(found[0]);
        } else {
            pieces.push({ text: name_of(found[0]), control: true });
        }
        plain_from = found.index + found[0].length;
    }
    if (plain_from < text.length) add_plain(pieces, text.slice(plain_from));
    return pieces;
}

const most = 60;

function add_plain(pieces: TextPiece[], text: string): void {
    const before = pieces.at(-1);
    if (before && pieces.length >= most) before.text += text;
    else pieces.push({ text, control: false });
}

// For attributes and titles, where markup cannot tell the pieces apart.
export const visible_text = (text: string): string =>
    visible_pieces(text)
        .map((piece) => piece.text)
        .join("");

const ascii_names =
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(
        " ",
    );

function name_of(character: string): string {
    const code = character.codePointAt(0) ?? 0;
    const ascii = code === 0x7f ? "DEL" : ascii_names[code];
    if (ascii !== undefined) return `‹${ascii}›`;
    return "‹U+" + code.toString(16).toUpperCase().padStart(4, "0") + "›";
}
