import assert from "node:assert/strict";
import { test } from "node:test";
import type { Source } from "../api/overview.ts";
import { silence_of } from "./silence.ts";

const now = Date.UTC(2026, 10, 24, 12);

function source(per_minute: number, quiet_seconds: number): Source {
    const last_event = new Date(now - quiet_seconds * 1000).toISOString();
    return {
        ...{ index: "i", service_name: "s", events: per_minute * 1440, errors: 0, violations: 0 },
        ...{ last_event, per_minute: 0 },
    };
}

test("a busy source is silent after five minutes", () => {
    assert.equal(silence_of(source(60, 299), now).state, "sending");
    assert.equal(silence_of(source(60, 301), now).state, "silent");
});

test("a rare source is given ten of its usual gaps", () => {
    assert.equal(silence_of(source(0.1, 5900), now).state, "rare");
    assert.equal(silence_of(source(0.1, 6100), now).state, "silent");
});

test("a clock that is ahead and a rate of zero are no silence", () => {
    assert.equal(silence_of(source(60, -100), now).state, "sending");
    assert.equal(silence_of(source(0, 1e6), now).state, "rare");
});
