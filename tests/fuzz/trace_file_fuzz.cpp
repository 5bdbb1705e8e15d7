// A file of spans that somebody opens in Jaeger's UI: refused with a reason, or traces as JSON.

#include <map>

#include "api/jaeger/otlp_text.h"
#include "api/jaeger/v1_trace.h"
#include "fuzz/fuzz.h"
#include "fuzz/json_object.h"

namespace fuzz {

FUZZ_TARGET(trace_file) {
    std::map<std::string, api::jaeger::V1Trace> traces;
    const auto read = api::jaeger::read_otlp_spans(input, [&](const api::jaeger::StoredSpan& span) {
        FUZZ_REQUIRE(span.trace_id.size() == 32 && span.span_id.size() == 16, "a span has its ids");
        FUZZ_REQUIRE(span.start >= 0 && span.duration >= 0, "times are not negative");
        traces[span.trace_id].add(span);
        return true;
    });
    if (!read) FUZZ_REQUIRE(!read.error().message.empty(), "an error says what it is");
    for (const auto& [id, trace] : traces) {
        api::JsonWriter json;
        trace.finish(json);
        FUZZ_REQUIRE(is_json_object(json.take()), "a trace is a JSON object");
    }
}

}  // namespace fuzz
