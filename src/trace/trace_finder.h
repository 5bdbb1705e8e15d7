#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/index_name.h"
#include "query/search.h"
#include "trace/trace.h"

namespace trace {

struct Limits {
    std::size_t spans = 200'000;  // of one answer; each takes some 400 bytes
    std::size_t traces = 50;      // that one leads to by links
};

// "0AF7651916CD43DD" → "0000000000000000" + "0af7651916cd43dd": lower case, 32 digits, as spans are
// stored. Other text comes back as it is.
std::string normal_trace_id(std::string_view text);

// The spans of a trace, put together. With `follow` also those of the traces that its spans name by
// links, that name its spans by links, and so on: a message's sender and receiver are often two
// traces. NotFound; the searcher's failures.
base::Result<Trace> find_trace(const query::Searcher& searcher, const std::string& trace_id,
                               bool follow, const Limits& limits = {});

// Log events of a trace by span id, those without one under "". At most `most` different ones.
struct SpanLogs {
    std::string span_id;
    std::uint64_t count = 0;
};
base::Result<std::vector<SpanLogs>> count_logs(const query::Searcher& searcher,
                                               const std::vector<std::string>& trace_ids,
                                               std::size_t most = 100'000);

}  // namespace trace
