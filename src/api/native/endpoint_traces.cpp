#include "api/native/answers.h"
#include "api/native/endpoint.h"

namespace api {

namespace {

using Kind = ParameterSpec::Kind;
using Specs = std::vector<ParameterSpec>;

// Which spans, and further parameters.
Specs of_spans(Specs further = {}) {
    Specs all = {
        {"query", Kind::text, "KQL over spans: `duration_ns > 500000000 and order_id: ORD-1`", ""},
        {"environment", Kind::text, "environment of the spans; empty: all", ""},
        {"from", Kind::text, "spans that began at this time or later; forms as everywhere",
         "now-1h"},
        {"to", Kind::text, "spans that began before", ""}};
    for (auto& each : further) all.push_back(std::move(each));
    return all;
}

constexpr std::string_view json_media = "application/json";

constexpr std::string_view traces_schema =
    R"({"type":"object","required":["took_ms","traces"],"properties":{"took_ms":{"type":"integer"},
"traces":{"type":"array","items":{"type":"object","required":["trace_id","service","name","complete","start","duration_ns",
"spans","errors","services"],"properties":{"trace_id":{"type":"string"},"service":{"type":"string"},"name":{"type":"string"},
"complete":{"type":"boolean"},"start":{"type":"string"},"duration_ns":{"type":"integer"},"spans":{"type":"integer"},
"errors":{"type":"integer"},"services":{"type":"array","items":{"$ref":"#/components/schemas/ServiceSpans"}}}}}}})";

constexpr std::string_view trace_schema =
    R"({"type":"object","required":["trace_id","trace_ids","start","duration_ns","span_count","error_count","log_count",
"truncated","services","names","queues","spans","waits"],"properties":{"trace_id":{"type":"string"},
"trace_ids":{"type":"array","items":{"type":"string"}},"start":{"type":"string"},"duration_ns":{"type":"integer"},
"span_count":{"type":"integer"},"error_count":{"type":"integer"},"log_count":{"type":"integer"},"truncated":{"type":"boolean"},
"services":{"type":"array","items":{"type":"string"}},"names":{"type":"array","items":{"type":"string"}},
"queues":{"type":"array","items":{"type":"string"}},
"spans":{"type":"array","items":{"type":"object","required":["id","parent","depth","service","name","start_ns","duration_ns"],
"properties":{"id":{"type":"string"},"parent":{"type":["integer","null"]},"depth":{"type":"integer"},
"service":{"type":"integer"},"name":{"type":"integer"},"start_ns":{"type":"integer"},"duration_ns":{"type":"integer"},
"kind":{"type":"string"},"error":{"type":"boolean"},"trace":{"type":"integer"},"queue":{"type":"integer"},
"missing_parent":{"type":"string"},"links":{"type":"array"},"logs":{"type":"integer"}}}},
"waits":{"type":"array","items":{"type":"object","required":["from","to","queue","start_ns","duration_ns","by_link"]}}}})";

}  // namespace

std::vector<EndpointSpec> trace_endpoints() {
    return {
        {"traces", "traces", "The newest traces with a span that fits.",
         of_spans({{"service", Kind::text, "service of that span", ""},
                   {"operation", Kind::text, "name of that span", ""},
                   {"min_duration", Kind::text, "least duration of that span: `250ms`, `1.5s`", ""},
                   {"max_duration", Kind::text, "most duration of that span", ""},
                   {"limit", Kind::whole_number, "most traces", "20", 1, 1000}}),
         json_media, traces_schema, answer_traces},
        {"trace_services", "traces/services", "The services that sent spans.", of_spans(),
         json_media,
         R"({"type":"object","required":["services"],"properties":{"services":{"type":"array",
"items":{"$ref":"#/components/schemas/ServiceSpans"}}}})",
         answer_trace_services},
        {"trace_operations", "traces/operations", "The names of spans, and how long these take.",
         of_spans({{"service", Kind::text, "service of the spans; empty: all", ""}}), json_media,
         R"({"type":"object","required":["operations"],"properties":{"operations":{"type":"array","items":{"type":"object",
"required":["name","kind","spans","p50_ns","p95_ns"],"properties":{"name":{"type":"string"},"kind":{"type":"string"},
"spans":{"type":"integer"},"p50_ns":{"type":["number","null"]},"p95_ns":{"type":["number","null"]}}}}}})",
         answer_trace_operations},
        {"trace_graph", "traces/graph",
         "Which services call which, and send messages to which, over which queue.", of_spans(),
         json_media,
         R"({"type":"object","required":["services","edges","truncated"],"properties":{"services":{"type":"array",
"items":{"$ref":"#/components/schemas/ServiceSpans"}},"truncated":{"type":"boolean"},"edges":{"type":"array","items":{
"type":"object","required":["from","to","queue","calls","errors","p95_ns","wait_p95_ns"],"properties":{
"from":{"type":"string"},"to":{"type":"string"},"queue":{"type":["string","null"]},"calls":{"type":"integer"},
"errors":{"type":"integer"},"p95_ns":{"type":"integer"},"wait_p95_ns":{"type":"integer"}}}}}})",
         answer_trace_graph},
        {"trace",
         "traces/{id}",
         "All spans of a trace, and of those it leads to by links, put together.",
         {{"follow", Kind::flag, "`false`: the spans of this one trace only", "true"}},
         json_media,
         trace_schema,
         answer_trace},
        {"span",
         "traces/{id}/spans/{span_id}",
         "One span with all it has; two where both sides of a call share an id.",
         {},
         json_media,
         R"({"type":"object","required":["spans"],"properties":{"spans":{"type":"array",
"items":{"$ref":"#/components/schemas/Row"}}}})",
         answer_span},
    };
}

}  // namespace api
