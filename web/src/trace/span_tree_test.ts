import assert from "node:assert/strict";
import { test } from "node:test";
import { ends_below, shown_spans } from "./span_tree.ts";

const depths = (...all: number[]) => all.map((depth) => ({ depth }));

test("spans below one end where the next of its height begins", () => {
    assert.deepEqual([...ends_below(depths(0, 1, 2, 2, 1, 0, 1))], [5, 4, 3, 4, 5, 7, 7]);
    assert.deepEqual([...ends_below([])], []);
});

test("a closed span hides those below it, whatever they are", () => {
    const ends = ends_below(depths(0, 1, 2, 2, 1, 0, 1));
    assert.deepEqual(shown_spans(ends, new Set()), [0, 1, 2, 3, 4, 5, 6]);
    assert.deepEqual(shown_spans(ends, new Set([1])), [0, 1, 4, 5, 6]);
    assert.deepEqual(shown_spans(ends, new Set([0, 1, 5])), [0, 5]);
    assert.deepEqual(shown_spans(ends, new Set([3])), [0, 1, 2, 3, 4, 5, 6]);
});
