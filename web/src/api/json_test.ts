import assert from "node:assert/strict";
import { test } from "node:test";
import { beginning, one_line, parse_exact, to_json } from "./json.ts";
import type { Value } from "./types.ts";

const round_trip = (text: string) => to_json(parse_exact(text) as Value, 0);

test("64-bit integers keep their digits", () => {
    const text = '{"id":9223372036854775807,"small":-5,"list":[18446744073709551615]}';
    assert.equal(round_trip(text), text);
});

test("other numbers are numbers", () => {
    assert.deepEqual(parse_exact('{"price":1.5205E3,"n":7}'), { price: 1520.5, n: 7 });
});

test("JSON is laid out as usual", () => {
    const value = { a: [1, { b: null }], empty: {}, text: 'quo"te' };
    assert.equal(to_json(value, 2), JSON.stringify(value, null, 2));
    assert.equal(to_json(value, 0), JSON.stringify(value));
});

test("the beginning of a value is the beginning of its line", () => {
    const values: Value[] = ["text", [1, "b", true], { a: [1, { b: null }], c: "d" }, [{ a: 1 }]];
    for (const value of values) assert.equal(beginning(value, 100), one_line(value));
    const large: Value = { list: Array.from({ length: 100_000 }, (_, at) => ({ at })) };
    assert.equal(beginning(large, 50), one_line(large).slice(0, 50));
});

test("a value on one line", () => {
    assert.equal(one_line("text"), "text");
    assert.equal(one_line(["a", 2, true]), "a, 2, true");
    assert.equal(one_line({ a: [1] }), '{"a":[1]}');
});
