import assert from "node:assert/strict";
import { test } from "node:test";
import { place_in_query, query_text } from "./query_text.ts";

const only = (field: string, value: string | number | boolean | null) => ({
    field,
    value,
    negated: false,
});
const without = (field: string, value: string | null) => ({ field, value, negated: true });

test("a query without filters is sent as it is", () => {
    assert.deepEqual(query_text(" a or b ", []), { text: " a or b ", shift: 0 });
});

test("filters narrow the query, values of one field are alternatives", () => {
    const filters = [
        only("level", "ERROR"),
        only("level", "WARN"),
        without("service_name", "MES API"),
    ];
    assert.deepEqual(query_text("a or b", filters), {
        text: '(a or b) and (level: "ERROR" or level: "WARN") and not service_name: "MES API"',
        shift: 1,
    });
});

test("filters alone are a query", () => {
    assert.equal(query_text(" ", [only("retries", 3)]).text, "retries: 3");
    assert.equal(query_text("", [only("order_id", null)]).text, "not order_id: *");
    assert.equal(query_text("", [without("order_id", null)]).text, "order_id: *");
});

test("values and names cannot break out of their places", () => {
    const filter = only("odd field:", 'say "hi" \\ or *');
    assert.equal(query_text("", [filter]).text, 'odd\\ field\\:: "say \\"hi\\" \\\\ or *"');
});

test("an error's bytes are found among the query's characters", () => {
    const query = "сервис: and";
    const offset = new TextEncoder().encode("сервис: ").length;
    assert.deepEqual(place_in_query(query, { offset, length: 3 }, 0), { start: 8, end: 11 });
    assert.deepEqual(place_in_query(query, { offset: offset + 1, length: 3 }, 1), {
        start: 8,
        end: 11,
    });
});

test("an error beyond the query points at its end", () => {
    assert.deepEqual(place_in_query("abc", { offset: 40, length: 2 }, 1), { start: 3, end: 3 });
});
