import assert from "node:assert/strict";
import { test } from "node:test";
import { visible_pieces, visible_text } from "./visible.ts";

test("plain text, tabs, newlines and emoji stay as they are", () => {
    const text = "Заказ №7\n\tdone 👍 <b>";
    assert.deepEqual(visible_pieces(text), [{ text, control: false }]);
});

test("control characters are named", () => {
    assert.equal(visible_text("a\u0000b\u001b[31m\u007f\u0085"), "a‹NUL›b‹ESC›[31m‹DEL›‹U+0085›");
});

test("characters that turn or hide text are named", () => {
    assert.equal(visible_text("x\u202egnp.exe"), "x‹U+202E›gnp.exe");
    assert.equal(visible_text("pay\u200bpal\ufeff"), "pay‹U+200B›pal‹U+FEFF›");
    assert.equal(visible_text("\u{e0041}"), "‹U+E0041›");
});

test("a run of control characters is one piece, and many runs become few", () => {
    assert.deepEqual(visible_pieces("\u0000\u0001a"), [
        { text: "‹NUL›‹SOH›", control: true },
        { text: "a", control: false },
    ]);
    const text = "a\u0000".repeat(50_000);
    const pieces = visible_pieces(text);
    assert.ok(pieces.length <= 61, `${pieces.length} pieces`);
    assert.equal(pieces.map((piece) => piece.text).join(""), "a‹NUL›".repeat(50_000));
});

test("half a surrogate pair is named, a whole one is not", () => {
    assert.equal(visible_text("\ud83d!"), "‹U+D83D›!");
});
