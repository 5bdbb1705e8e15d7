// What has to be true of the 200 events of a run, whichever client sent them.
import assert from "node:assert/strict";
import { JOURNEY_TYPES } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

// Personal data may come back masked; the rest comes back as it was sent.
const PERSONAL = new Set(["user_id", "manager_id", "operator_id"]);

function without_personal(event) {
    return Object.fromEntries(Object.entries(event).filter(([name]) => !PERSONAL.has(name)));
}

function by_time_and_type(one, other) {
    const key = (event) => `${event["@timestamp"]} ${event.event_type} ${event.order_id}`;
    return key(one) < key(other) ? -1 : 1;
}

export async function expect_stored(run, events) {
    assert.equal(await ordertrail.count(`run_id: "${run}"`), events.length);
    const found = await ordertrail.query(`run_id: "${run}"`);
    assert.deepEqual(
        found.map(without_personal).sort(by_time_and_type),
        events.map(without_personal).sort(by_time_and_type),
    );
}

// One order is found by its id, in the log and as a journey.
export async function expect_order(id) {
    const events = await ordertrail.query(`order_id: "${id}"`);
    assert.deepEqual(new Set(events.map((event) => event.event_type)), new Set(JOURNEY_TYPES));
    assert.equal(await ordertrail.count(`order_id: "${id}" and service_name: "CRM API"`), 2);

    const journey = await ordertrail.order(id);
    assert.equal(journey.order_id, id);
    assert.deepEqual(
        journey.events.map((event) => event.event_type),
        JOURNEY_TYPES,
    );
    assert.equal(journey.stuck, false);
    assert.notEqual(journey.state, null);
}
