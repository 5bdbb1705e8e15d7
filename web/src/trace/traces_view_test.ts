import assert from "node:assert/strict";
import { test } from "node:test";
import { traces_url, traces_view, type TracesView } from "./traces_view.ts";

const again = (view: TracesView) =>
    traces_view(new URL(traces_url(view), "http://localhost").searchParams);

test("the address keeps the whole question", () => {
    const view: TracesView = {
        query: 'order_id: "ORD-1" and "100 %"',
        service: "Shop & API",
        operation: "POST /orders?x=1",
        min_duration: "250ms",
        max_duration: "1.5s",
        range: "7d",
    };
    assert.deepEqual(again(view), view);
    assert.deepEqual(again({ ...view, range: "all" }).range, "all");
});

test("nothing asked is the plain address, and nonsense is left out", () => {
    const plain = traces_view(new URLSearchParams("range=tomorrow"));
    assert.equal(plain.range, "1h");
    assert.equal(traces_url(plain), "/traces");
});
