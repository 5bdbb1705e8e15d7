import assert from "node:assert/strict";
import { test } from "node:test";
import { place_at } from "./query_place.ts";

// `|` is where the cursor stands.
function at(text: string): string {
    const { kind, from, typed, field } = place_at(text.replace("|", ""), text.indexOf("|"));
    return [kind, field, typed, from].join("/");
}

test("names of fields are wanted at the beginning and behind conjunctions", () => {
    assert.equal(at("|"), "field///0");
    assert.equal(at("ser|"), "field//ser/0");
    assert.equal(at("a: b and |"), "field///9");
    assert.equal(at("not (le|"), "field//le/5");
    assert.equal(at("a: (b or c) or x|"), "field//x/15");
});

test("values are wanted behind a field's sign", () => {
    assert.equal(at("level:|"), "value/level//6");
    assert.equal(at("level: er|"), "value/level/er/7");
    assert.equal(at('service_name: "MES A|'), "value/service_name/MES A/14");
    assert.equal(at("time >= |"), "value/time//8");
    assert.equal(at("level: (INFO or W|"), "value/level/W/16");
    assert.equal(at("odd\\:name: x|"), "value/odd:name/x/11");
});

test("operators are wanted behind a name, conjunctions behind a value", () => {
    assert.equal(at("level |"), "operator/level//6");
    assert.equal(at("level: ERROR |"), "conjunction///13");
    assert.equal(at("level: ERROR a|"), "conjunction//a/13");
    assert.equal(at('a: "b" |'), "conjunction///7");
    assert.equal(at("(a: b) |"), "conjunction///7");
});

test("a closed quotation is left alone, and nothing odd breaks it", () => {
    assert.equal(at('a: "b"|'), "nothing///6");
    assert.equal(at('"free te|'), "nothing//free te/0");
    for (const odd of ["))))|", "}{|", "\\|", ":::|", '"\\|', "a: (((|", "\u0000|"]) at(odd);
});
