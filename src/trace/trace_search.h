#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/search.h"
#include "trace/span.h"

namespace trace {

// Which traces: those with a span that fits all of it.
struct TraceQuery {
    query::Selection selection;  // its indices are those of spans
    std::string service;         // empty: any
    std::string operation;       // the span's name; empty: any
    base::Nanos least_duration = 0;
    base::Nanos most_duration = 0;  // 0: no limit
    std::size_t limit = 20;
};

struct ServiceShare {
    std::string name;  // empty for spans that name none
    std::uint64_t spans = 0;
    std::uint64_t errors = 0;
};

struct TraceSummary {
    std::string trace_id;
    std::string root_service;  // of the span without a parent, else of the earliest one
    std::string root_name;
    bool has_root = false;
    base::Nanos start = 0;
    base::Nanos end = 0;
    std::uint64_t spans = 0;
    std::uint64_t errors = 0;
    // Spans whose parent is not there; 0 where the answer has more than 4 million spans.
    std::uint64_t orphans = 0;
    std::vector<ServiceShare> services;  // by name
};

// The newest traces that fit, by the start of their newest fitting span. Their ids.
base::Result<std::vector<std::string>> search_trace_ids(const query::Searcher& searcher,
                                                        const TraceQuery& query);
// In the order of the ids; ids without spans are left out.
base::Result<std::vector<TraceSummary>> summarise(const query::Searcher& searcher,
                                                  const std::vector<std::string>& trace_ids);

struct Operation {
    std::string name;
    std::string kind;
    std::uint64_t spans = 0;
    double median = 0;  // of durations, ns
    double p95 = 0;
};
// Those of `selection`, by name. REQUIRES: its indices are those of spans.
base::Result<std::vector<ServiceShare>> services(const query::Searcher& searcher,
                                                 query::Selection selection);
// Of one service, or of all where it is empty; by name and kind.
base::Result<std::vector<Operation>> operations(const query::Searcher& searcher,
                                                query::Selection selection,
                                                const std::string& service);

}  // namespace trace
