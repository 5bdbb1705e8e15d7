import assert from "node:assert/strict";
import { test } from "node:test";
import {
    columns_from_param,
    columns_to_param,
    default_columns,
    moved,
    with_or_without,
} from "./columns.ts";

test("columns in a link come back, whatever their names", () => {
    const columns = ["level", "a,b", "100 %", "http.status", "имя"];
    assert.deepEqual(columns_from_param(columns_to_param(columns)), columns);
});

test("a link without columns, or with none that can be read, has the usual ones", () => {
    for (const text of [null, "", ",", "%", "timestamp"]) {
        assert.deepEqual(columns_from_param(text), default_columns);
    }
    assert.deepEqual(columns_from_param("a,a,b"), ["a", "b"]);
});

test("a column is moved, within the ends", () => {
    assert.deepEqual(moved(["a", "b", "c"], "c", 0), ["c", "a", "b"]);
    assert.deepEqual(moved(["a", "b", "c"], "a", 9), ["b", "c", "a"]);
    assert.deepEqual(moved(["a", "b", "c"], "b", -1), ["b", "a", "c"]);
});

test("the last column's removal brings the usual ones", () => {
    assert.deepEqual(with_or_without(["a"], "b"), ["a", "b"]);
    assert.deepEqual(with_or_without(["a", "b"], "a"), ["b"]);
    assert.deepEqual(with_or_without(["a"], "a"), default_columns);
});
