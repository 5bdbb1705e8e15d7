#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "trace/span.h"

namespace trace {

// A message on its way: between the end of its sending and the start of its handling.
struct Wait {
    std::uint32_t from = 0;  // positions in Trace::spans
    std::uint32_t to = 0;
    std::string queue;
    base::Nanos start = 0;
    base::Nanos duration = 0;  // 0 where the handling began before the sending had ended
    bool by_link = false;      // the receiver names the sender by a link, not as its parent
};

// Spans put together: each behind its parent, children by their start, no matter how deep.
struct Trace {
    static constexpr std::int32_t none = -1;

    std::string trace_id;                // that was asked for
    std::vector<std::string> trace_ids;  // of the spans: that one, then those it leads to by links
    std::vector<Span> spans;
    std::vector<std::int32_t> parents;  // position of each one's parent, which lies before it
    std::vector<std::uint32_t> depths;
    std::vector<Wait> waits;
    bool truncated = false;  // there are more spans, or more traces, than are told
    base::Nanos start = 0;
    base::Nanos end = 0;
};

// Puts spans in order. A span whose parent is not there, or that has none but a link to a span that
// is there, is a child of that one; what else has no parent is a root, as is one of each ring. Of
// two spans of one id (both sides of a call) the server's is the client's child, and their children
// are the server's.
Trace arrange(std::string trace_id, std::vector<Span> spans);

}  // namespace trace
