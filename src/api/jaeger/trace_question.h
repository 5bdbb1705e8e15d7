#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "trace/trace_search.h"

namespace api::jaeger {

// The parameters of a search, as Jaeger's APIs spell them. Failures are InvalidArgument and say
// which parameter is wrong.

// v1: service (required where no traceID is given), operation, start and end (µs; the last two days
// by default), minDuration, maxDuration ("1.5s"), tag ("key:value"), tags ({"key":"value"}), limit
// (100).
base::Result<trace::TraceQuery> v1_question(const net::HttpRequest& request, base::Nanos now);
// v3: query.serviceName, query.operationName, query.startTimeMin and query.startTimeMax (RFC 3339,
// required), query.durationMin and query.durationMax, query.searchDepth (100), query.attributes
// ({"key":"value"}); each also in snake_case.
base::Result<trace::TraceQuery> v3_question(const net::HttpRequest& request, base::Nanos now);

// Traces that one search may give.
inline constexpr std::uint64_t most_traces = 1500;

}  // namespace api::jaeger
