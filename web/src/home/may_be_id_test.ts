import assert from "node:assert/strict";
import { test } from "node:test";
import { may_be_id } from "./may_be_id.ts";

test("order numbers, trace ids and file names may be ids", () => {
    for (const id of ["ORD-123", "4bf92f3577b34da6a3ce929d0e0e4736", "my model.stl", "заказ-7"])
        assert.ok(may_be_id(id), id);
});

test("queries and steps up the address are none", () => {
    for (const text of ["level: ERROR", "payment failed", "ORD-*", '"a"', "..", "x".repeat(300)])
        assert.ok(!may_be_id(text), text);
});
