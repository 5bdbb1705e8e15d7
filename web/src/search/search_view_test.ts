import assert from "node:assert/strict";
import { test } from "node:test";
import { with_filter } from "./filter.ts";
import { default_view, view_from_params, view_url, type SearchView } from "./search_view.ts";

const again = (view: SearchView) =>
    view_from_params(new URLSearchParams(view_url(view).split("?")[1] ?? ""));

test("a plain search has a plain address", () => {
    assert.equal(view_url(default_view), "/search");
    assert.deepEqual(again(default_view), default_view);
});

test("an address reproduces everything", () => {
    const view: SearchView = {
        query: 'level: ERROR and "100 %" & ещё',
        filters: [
            { field: "service_name", value: "MES API", negated: false },
            { field: "retries", value: 3, negated: true },
            { field: "order_id", value: null, negated: false },
            { field: "message", value: 'a:"b"\n-c', negated: false },
        ],
        index: "shop-*,mes-prod",
        range: {
            kind: "between",
            from: Date.UTC(2026, 10, 1),
            to: Date.UTC(2026, 10, 2, 3, 4, 5, 6),
        },
        sort: "odd,name %",
        oldest_first: true,
        columns: ["level", "odd,name %", "http.status"],
        wrap: true,
        live: true,
        open: { index: "shop-prod", id: "a~b", timestamp: "2026-11-24T10:15:00.123456789Z" },
    };
    assert.deepEqual(again(view), view);
    assert.deepEqual(again({ ...view, range: { kind: "all" } }).range, { kind: "all" });
    assert.deepEqual(again({ ...view, range: { kind: "last", span: "7d" } }).range, {
        kind: "last",
        span: "7d",
    });
});

test("a link carries the time zone when asked to", () => {
    assert.equal(view_url(default_view, "+03:00"), "/search?tz=%2B03%3A00");
    assert.equal(view_url(default_view, "local"), "/search");
});

test("nonsense in an address is left out", () => {
    const view = view_from_params(
        new URLSearchParams(
            "f=level&f=level:ERROR&f=a:{}&range=9y&from=x&to=y&event=1~2&columns=%25,timestamp&live=yes",
        ),
    );
    assert.deepEqual(view, default_view);
});

test("a filter replaces its opposite", () => {
    const wanted = { field: "level", value: "INFO", negated: false };
    assert.deepEqual(with_filter([{ ...wanted, negated: true }], wanted), [wanted]);
});
