#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "event/batch.h"
#include "query/search.h"

namespace api::jaeger {

// A span with all that its client sent. Numbers of its attributes that were sent as doubles are
// doubles, whatever they look like.
struct StoredSpan {
    std::string trace_id;
    std::string span_id;
    std::string parent_span_id;  // empty: none
    std::string service;         // empty: none
    std::string name;
    std::string kind;    // as event/span.h has it
    std::string status;  // ok, error, or empty
    std::string status_message;
    std::string trace_state;
    std::string scope_name;
    std::string scope_version;
    std::uint32_t flags = 0;
    base::Nanos start = 0;
    base::Nanos duration = 0;
    std::int64_t dropped_attributes = 0;
    std::int64_t dropped_events = 0;
    std::int64_t dropped_links = 0;
    boost::json::object attributes;
    boost::json::object scope_attributes;
    boost::json::object resource;
    boost::json::array events;  // {time_unix_nano, name, attributes, dropped_attributes_count}
    boost::json::array links;   // {trace_id, span_id, trace_state, trace_flags, attributes, …}
};

// Calls `each` with the spans of one trace, oldest first; false from it ends it. At most
// `most_spans`. The searcher's failures.
base::Status each_span(const query::Searcher& searcher, const std::string& trace_id,
                       const std::function<bool(const StoredSpan&)>& each);

inline constexpr std::size_t most_spans = 200'000;  // of one trace

}  // namespace api::jaeger
