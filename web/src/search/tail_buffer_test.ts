import assert from "node:assert/strict";
import { test } from "node:test";
import type { SearchRow } from "../api/types.ts";
import { TailBuffer } from "./tail_buffer.ts";

const row = (id: number): SearchRow => ({
    ...{ id: String(id), index: "shop-prod", seq: id, timestamp: "" },
    ...{ fields: {}, source: {} },
});
const ids = (rows: SearchRow[]) => rows.map((row) => row.seq);

test("new rows wait until they are shown, newest first", () => {
    const buffer = new TailBuffer(10);
    buffer.add([row(1), row(2)]);
    assert.deepEqual(ids(buffer.shown), []);
    assert.equal(buffer.waiting_count, 2);
    buffer.show();
    buffer.add([row(3)]);
    assert.deepEqual(ids(buffer.shown), [2, 1]);
    buffer.show();
    assert.deepEqual(ids(buffer.shown), [3, 2, 1]);
    assert.equal(buffer.waiting_count, 0);
});

test("a row that comes again after a reconnection is not doubled", () => {
    const buffer = new TailBuffer(10);
    buffer.add([row(1), row(2)]);
    buffer.show();
    buffer.add([row(2), row(3)]);
    buffer.show();
    assert.deepEqual(ids(buffer.shown), [3, 2, 1]);
});

test("what does not fit is counted, and old rows make room", () => {
    const buffer = new TailBuffer(3);
    buffer.add([1, 2, 3, 4, 5].map(row));
    assert.equal(buffer.left_out, 2);
    buffer.show();
    assert.deepEqual(ids(buffer.shown), [5, 4, 3]);
    buffer.add([row(6)]);
    buffer.show();
    assert.deepEqual(ids(buffer.shown), [6, 5, 4]);
    assert.equal(buffer.left_out, 2);
});
