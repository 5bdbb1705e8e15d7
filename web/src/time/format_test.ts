import assert from "node:assert/strict";
import { test } from "node:test";
import {
    clock_parts,
    date_time,
    duration_parts,
    zone_from_text,
    zone_name,
    zone_offset,
} from "./format.ts";

const written = (seconds: number) =>
    duration_parts(seconds)
        .map(({ value, unit }) => `${value} ${unit}`)
        .join(" ");

test("durations have at most two units, and only those that say something", () => {
    assert.equal(written(0), "0 second");
    assert.equal(written(0.44), "0.4 second");
    assert.equal(written(12.3), "12 second");
    assert.equal(written(252), "4 minute 12 second");
    assert.equal(written(2520), "42 minute");
    assert.equal(written(21_600), "6 hour");
    assert.equal(written(21_900), "6 hour 5 minute");
    assert.equal(written(183_600), "2 day 3 hour");
});

test("rounding carries into the larger unit", () => {
    assert.equal(written(3599.7), "1 hour");
    assert.equal(written(86_399), "1 day");
    assert.equal(written(172_790), "2 day");
});

test("times in UTC", () => {
    const at = Date.UTC(2026, 10, 24, 10, 15, 0, 123);
    assert.equal(date_time(at, "utc"), "2026-11-24 10:15:00");
    assert.equal(clock_parts(at, "utc").fraction, ".123");
});

test("times at a chosen offset", () => {
    const at = Date.UTC(2026, 10, 24, 22, 15);
    assert.equal(date_time(at, "+05:30"), "2026-11-25 03:45:00");
    assert.equal(date_time(at, "-03:00"), "2026-11-24 19:15:00");
    assert.equal(zone_name(at, "-03:30"), "UTC−03:30");
    assert.equal(zone_offset(at, "-03:30"), "-03:30");
    assert.equal(zone_name(at, "utc"), "UTC");
});

test("a zone is read from a link, nonsense is not", () => {
    assert.equal(zone_from_text("+03:00"), "+03:00");
    assert.equal(zone_from_text("-00:00"), "utc");
    assert.equal(zone_from_text("local"), "local");
    for (const text of [null, "", "03:00", "+3", "+15:00", "+03:75", "Europe/Moscow"]) {
        assert.equal(zone_from_text(text), undefined);
    }
});

test("a time that is none does not break the page", () => {
    assert.equal(date_time(NaN, "utc"), "?");
});
