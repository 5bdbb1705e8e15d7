import assert from "node:assert/strict";
import { test } from "node:test";
import { similar_parts } from "./order_guesses.ts";

test("a mistyped number is looked for without its ends", () => {
    assert.deepEqual(similar_parts("ord-123456"), [
        "ord-123456",
        "ORD-123456",
        "123456",
        "12345",
        "23456",
        "1234",
        "3456",
    ]);
});

test("what is too short or too long to be a hint is not asked for", () => {
    assert.deepEqual(similar_parts("x"), []);
    assert.deepEqual(similar_parts("no or yes"), []);
    assert.deepEqual(similar_parts("x".repeat(1000)), []);
});
