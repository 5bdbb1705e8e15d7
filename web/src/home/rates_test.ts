import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistogramAnswer } from "../api/types.ts";
import { axis_top, rates_of } from "./rates.ts";

const answer: HistogramAnswer = {
    from: 0,
    to: 180_000,
    interval_ms: 60_000,
    total: 210,
    series: ["INFO", "ERROR"],
    buckets: [
        { start: 0, count: 60, by: { INFO: 60 } },
        { start: 60_000, count: 120, by: { INFO: 108, ERROR: 6 } },
        { start: 120_000, count: 30, by: { INFO: 30 } },
    ],
};

test("rates are per second; the bucket that is still filling counts the time that has passed", () => {
    const { series, now, total } = rates_of(answer, 150_000);
    assert.deepEqual(series[0], { name: "INFO", rates: [1, 1.8, 1], total: 198, now: 1.8 });
    assert.equal(now, 2);
    assert.equal(total, 210);
});

test("events without the field are a series of their own", () => {
    const { series } = rates_of(answer, 180_000);
    const without = series.find(({ name }) => name === "");
    assert.equal(without?.total, 6);
});

test("more values than there are colours are taken together", () => {
    const by = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`s${at}`, 20 - at]));
    const many = {
        ...answer,
        series: Object.keys(by),
        buckets: [{ start: 0, count: 210, by }],
    };
    const { series } = rates_of(many, 60_000);
    assert.equal(series.length, 9);
    const all = series.reduce((sum, { total }) => sum + total, 0);
    assert.equal(all, 210);
    assert.ok(series.some(({ name }) => name === null));
});

test("nothing at all is no failure", () => {
    const none = { ...answer, buckets: [], series: [], total: 0 };
    assert.deepEqual(rates_of(none, 0), {
        starts: [],
        interval_ms: 60_000,
        series: [],
        total: 0,
        now: 0,
        peak: 0,
    });
});

test("the axis ends at a round number", () => {
    assert.deepEqual([0, 0.031, 0.3, 1, 7, 230].map(axis_top), [1, 0.05, 0.5, 1, 10, 250]);
});
