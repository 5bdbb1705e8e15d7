import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entrance } from "../api/inputs.ts";
import {
    chosen_entrance,
    part_of_index,
    place_of,
    source_choice,
    source_url,
    yaml_of,
} from "./place.ts";

const entrance = (setting: string, example: string, open: boolean): Entrance => ({
    ...{ setting, example, open, input: "syslog", name: "syslog" },
});
const here = { origin: "http://logs.example.com:8080", hostname: "logs.example.com" };
const shop = { system: "shop", environment: "prod" };

test("a link says what differs from the usual", () => {
    assert.equal(source_url("curl"), "/sources/curl");
    const choice = { system: "shop", environment: "test", over: "syslog.tls.address" };
    const url = source_url("rsyslog", choice);
    assert.deepEqual(source_choice(new URL(url, here.origin).searchParams), choice);
});

test("nothing of a link gets into commands but names", () => {
    assert.equal(part_of_index("x'; rm -rf ~ #"), "x-rm--rf");
    assert.equal(part_of_index('$(id)`"\n'), "id");
    assert.equal(part_of_index("My App"), "my-app");
    assert.equal(part_of_index("_Склад 2"), "склад-2");
    assert.equal(
        place_of(entrance("http.address", "", true), here, { ...shop, system: "$()" }).system,
        "myapp",
    );
});

test("a port that is closed is taken as its example opens it", () => {
    const closed = entrance("syslog.tls.address", "0.0.0.0:6514", false);
    const place = place_of(closed, here, shop);
    assert.equal(place.port, 6514);
    assert.equal(place.tls, "server");
    assert.equal(place.index, "shop-prod");
    const open = { ...closed, open: true, port: 7000, tls: "required" as const };
    assert.equal(place_of(open, here, shop).port, 7000);
    assert.equal(place_of(open, here, shop).tls, "required");
});

test("the way in is the chosen one, else one that is open", () => {
    const ways = [
        entrance("syslog.tcp.address", "0.0.0.0:601", false),
        entrance("syslog.udp.address", "0.0.0.0:514", true),
    ];
    assert.equal(chosen_entrance(ways, "")?.setting, "syslog.udp.address");
    assert.equal(chosen_entrance(ways, "syslog.tcp.address")?.setting, "syslog.tcp.address");
    assert.equal(chosen_entrance(ways.slice(0, 1), "nonsense")?.setting, "syslog.tcp.address");
    assert.equal(chosen_entrance([], ""), undefined);
});

test("a setting is shown as the configuration file has it", () => {
    assert.equal(
        yaml_of("syslog.tcp.address", "0.0.0.0:601"),
        "syslog:\n  tcp:\n    address: 0.0.0.0:601",
    );
});
