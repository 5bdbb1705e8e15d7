#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/search.h"
#include "trace/trace_search.h"

namespace trace {

// Which services call which, or send messages to which.
struct ServiceEdge {
    std::string from;
    std::string to;
    std::string queue;  // empty: a call
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;  // of the spans that were called
    base::Nanos p95 = 0;       // how long these took
    base::Nanos wait_p95 = 0;  // of messages: from the end of sending to the start of handling
};

struct ServiceGraph {
    std::vector<ServiceShare> services;  // by name
    std::vector<ServiceEdge> edges;      // by from, to, queue
    bool truncated = false;              // the newest spans only
};

struct GraphLimits {
    std::size_t spans = 1'000'000;  // looked at; each takes some 150 bytes
    bool links = true;              // edges of links too
    bool within_services = false;   // edges from a service to itself too
};

// Of the spans of `selection`. An edge is a span with its parent, or with a span that it names by a
// link, in another service (or in any, see GraphLimits); both lie in the selection. REQUIRES: its
// indices are those of spans.
base::Result<ServiceGraph> service_graph(const query::Searcher& searcher,
                                         const query::Selection& selection,
                                         const GraphLimits& limits = {});

}  // namespace trace
