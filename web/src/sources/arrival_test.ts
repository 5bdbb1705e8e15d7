import assert from "node:assert/strict";
import { test } from "node:test";
import type { InputsAnswer, InputState } from "../api/inputs.ts";
import { arrival_of, elsewhere, input_named, only_spans, troubles_of } from "./arrival.ts";
import { source_of } from "./catalogue/catalogue.ts";

const stored = (name: string, events: number, first: string, last: string) => ({
    ...{ name, events, first_event: first, last_event: last },
});

const input: InputState = {
    ...{ name: "otlp", filtered: 0, rejected: 0, events: 15 },
    ...{ first_event: "2026-11-24T10:00:00Z", last_event: "2026-11-24T12:00:00Z" },
    indices: [
        stored("shop-prod", 5, "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"),
        stored(".spans-prod", 7, "2026-11-24T10:30:00Z", "2026-11-24T12:00:00Z"),
        stored("mes-test", 3, "2026-11-24T10:10:00Z", "2026-11-24T10:20:00Z"),
    ],
    troubles: [],
};

test("an index that is named counts alone", () => {
    const arrival = arrival_of(input, "named", "shop-prod", "prod");
    assert.equal(arrival.events, 5);
    assert.equal(arrival.first_event, "2026-11-24T10:00:00Z");
    assert.deepEqual(arrival.indices, ["shop-prod"]);
    assert.deepEqual(elsewhere(input, arrival.indices), [".spans-prod", "mes-test"]);
});

test("a service's spans count with its logs", () => {
    const arrival = arrival_of(input, "service", "shop-prod", "prod");
    assert.equal(arrival.events, 12);
    assert.equal(arrival.last_event, "2026-11-24T12:00:00Z");
    assert.deepEqual(arrival.indices, [".spans-prod", "shop-prod"]);
    assert.equal(only_spans(arrival.indices), false);
    assert.equal(only_spans(arrival_of(input, "service", "crm-prod", "prod").indices), true);
});

test("where events say themselves, the input's sum counts", () => {
    const arrival = arrival_of(input, "own", "myapp-prod", "prod");
    assert.equal(arrival.events, 15);
    assert.equal(arrival.indices.length, 3);
});

test("nothing came yet", () => {
    const nothing = { events: 0, first_event: null, last_event: null, indices: [] };
    assert.deepEqual(arrival_of(input, "named", "myapp-prod", "prod"), nothing);
    assert.deepEqual(arrival_of(undefined, "own", "myapp-prod", "prod"), nothing);
    assert.equal(only_spans([]), false);
});

test("troubles are those of the input and of its port, the latest first", () => {
    const trouble = (reason: string, last: string) => ({
        ...{ kind: "request" as const, times: 1, last, from: "", reason },
    });
    const state = (name: string, reason: string, last: string): InputState => ({
        ...{ ...input, name, indices: [], troubles: [trouble(reason, last)] },
    });
    const entrance = {
        ...{ setting: "syslog.tls.address", example: "0.0.0.0:6514", input: "syslog" },
        ...{ name: "syslog-tls", open: true },
    };
    const answer: InputsAnswer = {
        environment: "prod",
        entrances: [entrance],
        inputs: [
            state("syslog", "old", "2026-11-24T10:00:00Z"),
            state("syslog-tls", "new", "2026-11-24T11:00:00Z"),
            state("syslog-tcp", "another port", "2026-11-24T12:00:00Z"),
        ],
    };
    const rsyslog = source_of("rsyslog");
    assert.ok(rsyslog);
    const reasons = troubles_of(answer, rsyslog, entrance).map(({ reason }) => reason);
    assert.deepEqual(reasons, ["new", "old"]);
    assert.equal(input_named(answer, "syslog")?.name, "syslog");
    assert.equal(input_named(answer, null), undefined);
});
