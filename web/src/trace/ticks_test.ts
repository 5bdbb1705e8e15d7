import assert from "node:assert/strict";
import { test } from "node:test";
import { ticks } from "./ticks.ts";

test("ticks are round and within", () => {
    assert.deepEqual(ticks(0, 1000, 5), [0, 200, 400, 600, 800, 1000]);
    assert.deepEqual(ticks(130, 990, 4), [500]);
    assert.deepEqual(ticks(0, 3, 10), [0, 1, 2, 3]);
    assert.deepEqual(ticks(7, 7, 5), [7]);
});
