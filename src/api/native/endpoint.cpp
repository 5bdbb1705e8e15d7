#include "api/native/endpoint.h"

#include "api/native/answers.h"

namespace api {

namespace {

using Kind = ParameterSpec::Kind;
using Specs = std::vector<ParameterSpec>;

constexpr std::string_view query_text = "KQL; empty means everything";
constexpr std::string_view index_text =
    "index patterns, comma separated, `*` wildcard, `-name` excludes";
constexpr std::string_view from_text =
    "earliest time, inclusive: RFC 3339, epoch milliseconds or date math (`now-15m`, `now/d`)";
constexpr std::string_view to_text = "latest time, exclusive; forms as of `from`";

ParameterSpec query() { return {"query", Kind::text, query_text, ""}; }
ParameterSpec index() { return {"index", Kind::text, index_text, "*"}; }

// The shared parameters and further ones.
Specs shared(Specs further = {}) {
    Specs all = {query(), index(), {"from", Kind::text, from_text}, {"to", Kind::text, to_text}};
    for (auto& each : further) all.push_back(std::move(each));
    return all;
}

ParameterSpec number(std::string_view name, std::string_view description,
                     std::string_view otherwise, std::uint64_t least, std::uint64_t most) {
    return {name, Kind::whole_number, description, otherwise, least, most};
}

ParameterSpec order() {
    return {"order", Kind::choice,   "newest (`desc`) or oldest (`asc`) first", "desc", 0,
            0,       {"desc", "asc"}};
}

Specs of_range(Specs further = {}) {
    Specs all = {{"from", Kind::text, from_text, "now-1d"}, {"to", Kind::text, to_text, "now"}};
    for (auto& each : further) all.push_back(std::move(each));
    return all;
}

constexpr std::string_view event_stream = "text/event-stream";
constexpr std::string_view export_media = "application/x-ndjson";

std::vector<EndpointSpec> searches() {
    return {
        {"search", "search", "Events that fit, page by page.",
         shared({number("limit", "most rows of a page; the setting `query.limit` may be lower",
                        "100", 0, 10'000),
                 order(),
                 {"sort", Kind::text,
                  "field whose falling (`desc`) or rising (`asc`) values the rows are sorted by; "
                  "those without a value come last",
                  "timestamp"},
                 {"cursor", Kind::text, "`next_cursor` of the page before", ""}}),
         "application/json",
         R"({"type":"object","required":["took_ms","rows","next_cursor"],"properties":{
"took_ms":{"type":"integer"},"rows":{"type":"array","items":{"$ref":"#/components/schemas/Row"}},
"next_cursor":{"type":["string","null"]}}})",
         answer_search},
        {"count", "count", "The number of events that fit.", shared(), "application/json",
         R"({"type":"object","required":["count"],"properties":{"count":{"type":"integer","minimum":0}}})",
         answer_count},
        {"histogram", "histogram", "Events over time, stacked by a field where one is asked for.",
         shared({number("buckets", "wanted number of buckets", "60", 1, 10'000),
                 {"interval", Kind::text, "width of a bucket instead: `30s`, `5m`, `1h`, `1d`", ""},
                 {"by", Kind::text, "field to stack by", ""}}),
         "application/json",
         R"({"type":"object","required":["from","to","interval_ms","total","buckets"],"properties":{
"from":{"type":"integer"},"to":{"type":"integer"},"interval_ms":{"type":"integer"},"total":{"type":"integer"},
"series":{"type":"array","items":{"type":"string"}},
"buckets":{"type":"array","items":{"type":"object","required":["start","count"],"properties":{
"start":{"type":"integer"},"count":{"type":"integer"},"by":{"type":"object","additionalProperties":{"type":"integer"}}}}}}})",
         answer_histogram},
        {"facets", "facets", "The most frequent values of fields.",
         shared({{"fields", Kind::list, "1 to 100 field names", "", 0, 0, {}, true},
                 number("size", "values of each field", "10", 1, 1000)}),
         "application/json",
         R"({"type":"object","required":["total","facets"],"properties":{"total":{"type":"integer"},
"facets":{"type":"array","items":{"type":"object","required":["field","distinct","missing","other","values"],"properties":{
"field":{"type":"string"},"distinct":{"type":"integer"},"missing":{"type":"integer"},"other":{"type":"integer"},
"too_many":{"type":"boolean"},"values":{"type":"array","items":{"$ref":"#/components/schemas/ValueCount"}}}}}}})",
         answer_facets},
        {"values", "values",
         "Values of a field, for completing what somebody types; without a range those of the last "
         "day that has data.",
         shared({{"field", Kind::text, "the field's name", "", 0, 0, {}, true},
                 {"prefix", Kind::text, "what the values begin with, letter case aside", ""},
                 number("size", "most values", "20", 1, 100)}),
         "application/json",
         R"({"type":"object","required":["field","values","more"],"properties":{"field":{"type":"string"},
"values":{"type":"array","items":{"$ref":"#/components/schemas/ValueCount"}},"more":{"type":"boolean"}}})",
         answer_values},
        {"aggregate", "aggregate", "Figures of groups of events.",
         shared({{"group_by", Kind::list, "field names", ""},
                 {"interval", Kind::text, "groups by time too", ""},
                 {"metrics", Kind::metrics,
                  "figures of each group; without them the number of events", ""},
                 number("size", "most groups", "1000", 1, 100'000),
                 number("order_by", "position of the metric that groups are sorted by, falling", "",
                        0, 99)}),
         "application/json",
         R"({"type":"object","required":["columns","rows","groups"],"properties":{
"columns":{"type":"array","items":{"type":"string"}},"rows":{"type":"array","items":{"type":"array"}},"groups":{"type":"integer"}}})",
         answer_aggregate},
    };
}

std::vector<EndpointSpec> rows() {
    return {
        {"context",
         "context",
         "The lines around one event, by time.",
         {{"index", Kind::text, "the event's index", "", 0, 0, {}, true},
          {"id", Kind::text, "the event's id", "", 0, 0, {}, true},
          number("before", "lines before it", "20", 0, 500),
          number("after", "lines behind it", "20", 0, 500),
          {"by", Kind::list,
           "fields whose values must be the event's, as far as it has them; empty: every line of "
           "the index",
           "service_name,host_name"}},
         "application/json",
         R"({"type":"object","required":["before","event","after","by"],"properties":{
"before":{"type":"array","items":{"$ref":"#/components/schemas/Row"}},"event":{"$ref":"#/components/schemas/Row"},
"after":{"type":"array","items":{"$ref":"#/components/schemas/Row"}},"by":{"type":"object"}}})",
         answer_context},
        {"tail",
         "tail",
         "Live events as server-sent events.",
         {query(),
          index(),
          number("back", "newest events that go before the live ones", "0", 0, 1000),
          {"after", Kind::text,
           "id of the last frame that was seen: goes on behind it; the header `Last-Event-ID` "
           "counts more",
           ""}},
         event_stream,
         "",
         nullptr},
        {"export", "export", "All events that fit, however many, as one stream.",
         shared({{"format",
                  Kind::choice,
                  "events as they were sent, or a table",
                  "ndjson",
                  0,
                  0,
                  {"ndjson", "csv"}},
                 {"columns", Kind::list, "fields of the CSV",
                  "timestamp,index,level,service_name,event_type,order_id,message"},
                 order(),
                 number("limit", "most rows", "", 0, 0),
                 {"time_zone", Kind::text,
                  "of the CSV's times: `UTC` or an offset such as `+03:00`", "UTC"},
                 {"raw", Kind::flag,
                  "CSV without apostrophes in front of what spreadsheets take for formulas",
                  "false"}}),
         export_media, "", nullptr},
    };
}

std::vector<EndpointSpec> overviews() {
    return {
        {"fields",
         "fields",
         "The fields that events have.",
         {index()},
         "application/json",
         R"({"type":"object","required":["fields"],"properties":{"fields":{"type":"array","items":{"type":"object",
"required":["name","types","kind"],"properties":{"name":{"type":"string"},"types":{"type":"array","items":{"type":"string"}},
"kind":{"enum":["keyword","text","number","boolean","date","ip"]}}}}}})",
         answer_fields},
        {"indices",
         "indices",
         "The indices and their sizes.",
         {index()},
         "application/json",
         R"({"type":"object","required":["indices"],"properties":{"indices":{"type":"array","items":{"$ref":"#/components/schemas/Index"}}}})",
         answer_indices},
        {"orders", "orders", "How the orders are that were created in a range.",
         of_range({{"environment", Kind::text, "environment of the orders", "prod"}}),
         "application/json",
         R"({"type":"object","required":["from","to","created","closed","open","stuck","states","recent"],"properties":{
"created":{"type":"integer"},"closed":{"type":"integer"},"open":{"type":"integer"},"stuck":{"type":"integer"},
"states":{"type":"array","items":{"type":"object","required":["id","title","count","stuck"],"properties":{
"id":{"type":"string"},"title":{"$ref":"#/components/schemas/Title"},"count":{"type":"integer"},"stuck":{"type":"integer"}}}},
"recent":{"type":"array","maxItems":20,"items":{"type":"object","required":["order_id","state","since","waiting_seconds","stuck"],
"properties":{"order_id":{"type":"string"},"state":{"type":"object","required":["id","title"]},"since":{"type":"string"},
"waiting_seconds":{"type":"integer"},"stuck":{"type":"boolean"}}}}}})",
         answer_orders},
        {"order",
         "orders/{id}",
         "An order's journey; `{id}` is its id, or a trace id, file name or other id that leads to "
         "it.",
         {{"environment", Kind::text,
           "environment, where the same id lives in several; the one with the latest event without "
           "it",
           ""}},
         "application/json",
         R"({"type":"object","required":["order_id","environment","state","waits_for","stuck","created","closed",
"facts","lanes","truncated","events"],"properties":{"order_id":{"type":"string"},"stuck":{"type":"boolean"},
"state":{"type":"object","required":["id","title","since","final"]},"waits_for":{"type":["object","null"]},
"lanes":{"type":"array","items":{"type":"string"}},"truncated":{"type":"boolean"},
"events":{"type":"array","items":{"type":"object","required":["id","index","timestamp","lane","title","joined_by","state_after"]}}}})",
         answer_order},
        {"sources", "sources", "Who sends: systems, and the inputs since the server started.",
         of_range(), "application/json",
         R"({"type":"object","required":["sources","inputs"],"properties":{"sources":{"type":"array","items":{"type":"object",
"required":["index","service_name","events","errors","violations","last_event","per_minute"],"properties":{
"index":{"type":"string"},"service_name":{"type":["string","null"]},"events":{"type":"integer"},"errors":{"type":"integer"},
"violations":{"type":"integer"},"last_event":{"type":"string"},"per_minute":{"type":"number"}}}},
"inputs":{"type":"array","items":{"type":"object","required":["name","accepted","filtered","rejected"]}}}})",
         answer_sources},
        {"inputs",
         "inputs",
         "The ways in that are open, and what came by each since the server started.",
         {},
         "application/json",
         R"({"type":"object","required":["environment","entrances","inputs"],"properties":{"environment":{"type":"string"},
"entrances":{"type":"array","items":{"type":"object","required":["setting","example","input","name","open"],"properties":{
"setting":{"type":"string"},"example":{"type":"string"},"input":{"type":"string"},"name":{"type":"string"},"open":{"type":"boolean"},
"transport":{"enum":["tcp","udp","files"]},"host":{"type":"string"},"port":{"type":"integer"},
"tls":{"enum":["none","server","optional","required"]},"needs_key":{"type":"boolean"}}}},
"inputs":{"type":"array","items":{"type":"object",
"required":["name","filtered","rejected","events","first_event","last_event","indices","troubles"],"properties":{
"name":{"type":"string"},"filtered":{"type":"integer"},"rejected":{"type":"integer"},"events":{"type":"integer"},
"first_event":{"type":["string","null"]},"last_event":{"type":["string","null"]},
"indices":{"type":"array","items":{"type":"object","required":["name","events","first_event","last_event"]}},
"troubles":{"type":"array","items":{"type":"object","required":["kind","times","last","from","reason"],"properties":{
"kind":{"enum":["handshake","connection","request","event","drop"]},"times":{"type":"integer"}}}}}}}}})",
         answer_inputs},
        {"store",
         "store",
         "The store's state.",
         {},
         "application/json",
         R"({"type":"object","required":["status","reason","rows","bytes_on_disk","parts","memtable_rows","log_bytes",
"disk_free_bytes","disk_total_bytes","memory_resident_bytes","block_cache_bytes","block_cache_limit_bytes","merges_running",
"started","version","indices"],"properties":{"status":{"enum":["ok","trouble"]},"rows":{"type":"integer"},
"indices":{"type":"array","items":{"$ref":"#/components/schemas/Index"}}}})",
         answer_store},
        {"catalog",
         "catalog",
         "What the catalog names: event types, states and fields.",
         {},
         "application/json",
         R"({"type":"object","required":["name","event_types","states","fields"],"properties":{"name":{"type":"string"},
"event_types":{"type":"array","items":{"type":"object","required":["service_name","event_type","level","title","fields"]}},
"states":{"type":"array","items":{"type":"object","required":["id","title","final"]}},
"fields":{"type":"array","items":{"type":"object","required":["name","type","title"]}}}})",
         answer_catalog},
    };
}

}  // namespace

const std::vector<EndpointSpec>& endpoints() {
    static const std::vector<EndpointSpec> all = [] {
        std::vector<EndpointSpec> made = searches();
        for (auto& each : rows()) made.push_back(std::move(each));
        for (auto& each : overviews()) made.push_back(std::move(each));
        for (auto& each : trace_endpoints()) made.push_back(std::move(each));
        return made;
    }();
    return all;
}

const EndpointSpec& endpoint(std::string_view name) {
    for (const auto& each : endpoints()) {
        if (each.name == name) return each;
    }
    return endpoints().front();
}

std::string_view shared_schemas() {
    return R"({"Row":{"type":"object","required":["id","index","seq","timestamp","fields","source"],"properties":{
"id":{"type":"string"},"index":{"type":"string"},"seq":{"type":"integer"},"timestamp":{"type":"string","format":"date-time"},
"fields":{"type":"object"},"source":{},"violations":{"type":"array","items":{"type":"string"}}}},
"ValueCount":{"type":"object","required":["value","count"],"properties":{"value":{},"count":{"type":"integer"}}},
"ServiceSpans":{"type":"object","required":["name","spans","errors"],"properties":{"name":{"type":"string"},
"spans":{"type":"integer"},"errors":{"type":"integer"}}},
"Title":{"type":"object","required":["en","ru"],"properties":{"en":{"type":"string"},"ru":{"type":"string"}}},
"Index":{"type":"object","required":["name","rows","bytes_on_disk","from","to"],"properties":{"name":{"type":"string"},
"rows":{"type":"integer"},"bytes_on_disk":{"type":"integer"},"from":{"type":["integer","null"]},"to":{"type":["integer","null"]}}},
"Error":{"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],"properties":{
"code":{"type":"string"},"message":{"type":"string"},"position":{"type":"object","required":["offset","length"],"properties":{
"offset":{"type":"integer"},"length":{"type":"integer"}}}}}}}})";
}

}  // namespace api
