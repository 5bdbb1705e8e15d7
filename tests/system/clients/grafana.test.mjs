// The requests that Grafana's Elasticsearch data source sends, in their very shapes, and what its panels need of the
// answers.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { unique_run } from "./events.mjs";
import * as ordertrail from "./ordertrail.mjs";

const run = unique_run("grafana");
const index = "grafana-test";
const begin = Date.UTC(2026, 10, 24, 10);
const minute = 60_000;

async function post(path, body, type = "application/json") {
    const answer = await fetch(ordertrail.url + path, {
        method: "POST",
        headers: { "Content-Type": type },
        body,
    });
    return { status: answer.status, body: await answer.json() };
}

// One panel's request and its answer.
async function panel(search) {
    const header = { ignore_unavailable: true, index };
    const query = {
        bool: {
            filter: [
                {
                    range: {
                        "@timestamp": {
                            format: "epoch_millis",
                            gte: begin,
                            lte: begin + 10 * minute - 1,
                        },
                    },
                },
                {
                    query_string: {
                        analyze_wildcard: true,
                        query: `run_id.keyword:"${run}"`,
                    },
                },
            ],
        },
    };
    const lines = `${JSON.stringify(header)}\n${JSON.stringify({ query, ...search })}\n`;
    const path = "/_msearch?max_concurrent_shard_requests=5";
    const { status, body } = await post(path, lines, "application/x-ndjson");
    assert.equal(status, 200);
    assert.equal(body.responses[0].status, 200, JSON.stringify(body.responses[0]));
    return body.responses[0];
}

function by_time(aggs, options = {}) {
    const extended_bounds = { min: begin, max: begin + 10 * minute - 1 };
    const date_histogram = {
        extended_bounds,
        field: "@timestamp",
        fixed_interval: "1m",
        format: "epoch_millis",
        min_doc_count: 0,
        ...options,
    };
    return { date_histogram, aggs };
}

// Minute m has m events; those of even number are slow, those of minute 5 and later also fail.
const events = Array.from({ length: 10 }, (_, m) =>
    Array.from({ length: m }, (_, number) => ({
        "@timestamp": new Date(begin + m * minute + number * 1000).toISOString(),
        level: m >= 5 ? "ERROR" : "INFO",
        service_name: number % 2 === 0 ? "MES API" : "Shop API",
        message: `request ${number} of minute ${m}`,
        response_time: number % 2 === 0 ? 500 + m : 20,
        run_id: run,
    })),
).flat();

describe("Grafana's data source", () => {
    before(async () => {
        const lines = events.flatMap((event) => [{ create: { _index: index } }, event]);
        const body = lines.map((line) => JSON.stringify(line)).join("\n") + "\n";
        assert.equal((await post("/_bulk", body, "application/x-ndjson")).body.errors, false);
    });

    test("asks for health, version and fields when it is set up", async () => {
        const health = await fetch(`${ordertrail.url}/_cluster/health?wait_for_status=yellow`);
        assert.equal(health.status, 200);
        const root = await (await fetch(ordertrail.url)).json();
        assert.match(root.version.number, /^[89]\./);
        const caps = await (await fetch(`${ordertrail.url}/${index}/_field_caps?fields=*`)).json();
        assert.equal(caps.fields["@timestamp"].date.aggregatable, true);
        assert.equal(caps.fields["service_name"].keyword.aggregatable, true);
    });

    test("count over time, without gaps", async () => {
        const { aggregations } = await panel({ size: 0, aggs: { 2: by_time({}) } });
        assert.deepEqual(
            aggregations["2"].buckets.map((bucket) => [bucket.key_as_string, bucket.doc_count]),
            Array.from({ length: 10 }, (_, m) => [String(begin + m * minute), m]),
        );
    });

    test("metrics by terms and over time", async () => {
        const metric = { avg: { field: "response_time" } };
        const { aggregations } = await panel({
            size: 0,
            aggs: {
                3: {
                    terms: {
                        field: "service_name",
                        size: 10,
                        order: { 1: "desc" },
                        min_doc_count: 1,
                        missing: "none",
                    },
                    aggs: {
                        1: metric,
                        2: by_time({
                            1: metric,
                            4: {
                                percentiles: { field: "response_time", percents: ["50", "95"] },
                            },
                            5: { extended_stats: { field: "response_time", sigma: "2" } },
                            6: {
                                cardinality: { field: "level", precision_threshold: "100" },
                            },
                        }),
                    },
                },
            },
        });
        const [slow, fast] = aggregations["3"].buckets;
        assert.deepEqual([slow.key, fast.key], ["MES API", "Shop API"]);
        const last = slow["2"].buckets.at(-1);
        assert.equal(last["1"].value, 509);
        assert.equal(last["4"].values["95.0"], 509);
        assert.equal(last["5"].std_deviation_bounds.upper, 509);
        assert.equal(last["6"].value, 1);
        assert.equal(slow["2"].buckets[0]["1"].value, null);
    });

    test("pipelines: derivative, moving function, cumulative sum, bucket script", async () => {
        const { aggregations } = await panel({
            size: 0,
            aggs: {
                2: by_time({
                    1: { sum: { field: "response_time" } },
                    3: { derivative: { buckets_path: "_count" } },
                    4: { cumulative_sum: { buckets_path: "_count" } },
                    5: {
                        moving_fn: {
                            buckets_path: "_count",
                            window: "3",
                            script: "MovingFunctions.unweightedAvg(values)",
                        },
                    },
                    6: {
                        bucket_script: {
                            buckets_path: { sum: "1", count: "_count" },
                            script: "params.sum / params.count",
                        },
                    },
                }),
            },
        });
        const { buckets } = aggregations["2"];
        assert.equal(buckets[0]["3"], undefined);
        assert.equal(buckets[7]["3"].value, 1);
        assert.equal(buckets[9]["4"].value, 45);
        assert.equal(buckets[9]["5"].value, 7);
        assert.equal(buckets[2]["6"].value, 261);
        assert.equal(buckets[0]["6"], undefined);
    });

    test("filters, histogram and the newest value", async () => {
        const { aggregations } = await panel({
            size: 0,
            aggs: {
                2: {
                    filters: {
                        filters: {
                            "level:ERROR": {
                                query_string: { query: "level:ERROR", analyze_wildcard: true },
                            },
                            all: { query_string: { query: "*", analyze_wildcard: true } },
                        },
                    },
                },
                3: {
                    histogram: {
                        field: "response_time",
                        interval: "100",
                        min_doc_count: "1",
                    },
                },
                4: {
                    top_metrics: {
                        metrics: [{ field: "response_time" }],
                        size: "1",
                        sort: [{ "@timestamp": "desc" }],
                    },
                },
            },
        });
        assert.equal(aggregations["2"].buckets["level:ERROR"].doc_count, 35);
        assert.equal(aggregations["2"].buckets.all.doc_count, 45);
        assert.deepEqual(
            aggregations["3"].buckets.map((bucket) => bucket.key),
            [0, 500],
        );
        assert.equal(aggregations["4"].top[0].metrics.response_time, 509);
    });

    test("logs, newest first, and their next page", async () => {
        const search = {
            size: 20,
            sort: [
                { "@timestamp": { order: "desc", unmapped_type: "boolean" } },
                { _doc: { order: "desc" } },
            ],
            fields: [{ field: "@timestamp", format: "strict_date_optional_time_nanos" }],
            docvalue_fields: ["@timestamp"],
            script_fields: {},
            highlight: {
                fields: { "*": {} },
                pre_tags: ["@HIGHLIGHT@"],
                post_tags: ["@/HIGHLIGHT@"],
                fragment_size: 2147483647,
            },
        };
        const seen = [];
        let search_after;
        do {
            const { hits } = await panel({ ...search, search_after });
            seen.push(...hits.hits.map((hit) => hit._source.message));
            search_after = hits.hits.at(-1)?.sort;
        } while (search_after);
        assert.deepEqual(seen, events.map((event) => event.message).reverse());
    });

    test("the values of a variable", async () => {
        const { aggregations } = await panel({
            size: 0,
            aggs: {
                1: {
                    terms: { field: "service_name", size: 500, order: { _key: "asc" } },
                },
            },
        });
        assert.deepEqual(
            aggregations["1"].buckets.map((bucket) => bucket.key),
            ["MES API", "Shop API"],
        );
    });

    test("annotations: ranges from and to, over the events' own times", async () => {
        const from_to = { from: begin, to: begin + 2 * minute, format: "epoch_millis" };
        const query = {
            bool: {
                filter: [
                    {
                        bool: {
                            should: [{ range: { "@timestamp": from_to } }],
                            minimum_should_match: 1,
                        },
                    },
                    { query_string: { query: `level:INFO AND run_id:"${run}"` } },
                ],
            },
        };
        const header = {
            search_type: "query_then_fetch",
            ignore_unavailable: true,
            index: [index, "grafana-of-yesterday"],
        };
        const lines = `${JSON.stringify(header)}\n${JSON.stringify({ query, size: 10000 })}\n`;
        const { status, body } = await post("/_msearch", lines, "application/x-ndjson");
        assert.equal(status, 200);
        const found = body.responses[0].hits.hits.map((hit) => [
            hit._source["@timestamp"],
            hit._source.message,
        ]);
        const wanted = events
            .filter((event) => Date.parse(event["@timestamp"]) <= begin + 2 * minute)
            .map((event) => [event["@timestamp"], event.message]);
        assert.deepEqual(found.sort(), wanted.sort());
    });

    test("fields by the mapping, as older versions ask for them", async () => {
        const mapping = await (await fetch(`${ordertrail.url}/${index}/_mapping`)).json();
        const { properties } = mapping[index].mappings;
        assert.equal(properties["@timestamp"].type, "date");
        assert.equal(properties.response_time.type, "double");
    });

    test("raw documents, oldest first", async () => {
        const { hits } = await panel({
            size: 500,
            sort: [
                { "@timestamp": { order: "asc", unmapped_type: "boolean" } },
                { _doc: { order: "asc" } },
            ],
            script_fields: {},
            fields: ["*", { field: "@timestamp", format: "strict_date_optional_time_nanos" }],
            docvalue_fields: ["@timestamp"],
        });
        assert.deepEqual(
            hits.hits.map((hit) => hit._source.message),
            events.map((event) => event.message),
        );
        for (const hit of hits.hits) {
            assert.ok(hit._id && hit._index === index && hit.sort.length === 2);
            assert.deepEqual(hit.fields["@timestamp"], [hit._source["@timestamp"]]);
        }
    });

    test("the lines around a line", async () => {
        const place = events[20];
        const around = (order) =>
            panel({
                size: 3,
                sort: [{ "@timestamp": { order, unmapped_type: "boolean" } }, { _doc: { order } }],
                search_after: [Date.parse(place["@timestamp"]), order === "asc" ? 1e15 : 0],
            });
        for (const [order, wanted] of [
            ["asc", events.slice(21, 24)],
            ["desc", events.slice(17, 20).reverse()],
        ]) {
            const { hits } = await around(order);
            assert.deepEqual(
                hits.hits.map((hit) => hit._source.message),
                wanted.map((event) => event.message),
            );
        }
    });

    test("a search that is wrong fails alone, with a reason that is shown", async () => {
        const good = { query: { match_all: {} }, size: 1 };
        const wrong = { query: { query_string: { query: "level:(" } } };
        const lines = [{ index }, good, { index }, wrong].map((one) => JSON.stringify(one));
        const { status, body } = await post(
            "/_msearch",
            lines.join("\n") + "\n",
            "application/x-ndjson",
        );
        assert.equal(status, 200);
        assert.equal(body.responses[0].hits.hits.length, 1);
        assert.equal(body.responses[1].status, 400);
        assert.ok(body.responses[1].error.root_cause[0].reason);
    });
});
