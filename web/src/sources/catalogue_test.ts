import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { catalogue } from "./catalogue/catalogue.ts";
import type { Place, SourceEntry } from "./catalogue/source.ts";

const docs = new URL("../../../docs/", import.meta.url);
const sources = catalogue.flatMap(({ sources }) => sources);

// As the guides have it: a server called logs.example.com with the usual ports.
const ports: Record<string, number> = {
    "http.address": 9200,
    "lumberjack.address": 5044,
    "syslog.tcp.address": 601,
    "syslog.tls.address": 6514,
    "syslog.udp.address": 514,
    "forward.address": 24224,
    "gelf.udp.address": 12201,
    "gelf.tcp.address": 12201,
};

function places(source: SourceEntry): Place[] {
    return source.entrances.flatMap((setting) =>
        (["none", "server", "required"] as const).map((tls) => ({
            ...{ host: "logs.example.com", port: ports[setting] ?? 0 },
            ...{ origin: "http://logs.example.com:9200", tls, needs_key: tls !== "none" },
            transport: setting.includes(".udp.") ? ("udp" as const) : ("tcp" as const),
            ...{ system: "shop", environment: "prod", index: "shop-prod" },
        })),
    );
}

// What stands between fences or back-quotes.
function code_of(guide: string): string[] {
    const text = readFileSync(new URL(guide, docs), "utf8");
    const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map((found) => found[1] ?? "");
    const rest = text.replace(/^```\w*\n[\s\S]*?^```/gm, "");
    const spans = [...rest.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? "");
    return [...fenced, ...spans.map((span) => span.replaceAll("\n", " "))];
}

test("ids are each given once", () => {
    assert.equal(new Set(sources.map(({ id }) => id)).size, sources.length);
    for (const { id } of sources) assert.match(id, /^[a-z0-9-]+$/);
});

test("each snippet stands in its guide, word for word", () => {
    for (const source of sources) {
        const told = code_of(source.guide);
        const usual = places(source)[0];
        assert.ok(usual);
        for (const { code } of source.snippets) {
            const found = places(source).some((place) =>
                told.some((text) => text.includes(code(place))),
            );
            assert.ok(found, `${source.id}: ${source.guide} lacks this:\n${code(usual)}`);
        }
    }
});

test("snippets name the server that the reader sees", () => {
    for (const source of sources) {
        if (source.input === "files") continue;
        for (const place of places(source)) {
            const all = source.snippets.map(({ code }) => code(place)).join("\n");
            const { host, port } = place;
            const named =
                all.includes(`${host}:${port}`) ||
                (all.includes(host) && all.includes(String(port)));
            assert.ok(named, source.id);
            if (source.routing === "named") assert.ok(all.includes("shop-prod"), source.id);
            if (source.routing === "service") assert.match(all, /shop[\s\S]*prod/, source.id);
        }
    }
});
