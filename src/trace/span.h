#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "event/batch.h"

namespace trace {

// Another span, perhaps of another trace.
struct SpanReference {
    std::string trace_id;
    std::string span_id;
    auto operator<=>(const SpanReference&) const = default;
};

// What a picture of a trace needs of a span; its attributes and events stay in the store.
struct Span {
    std::string trace_id;
    std::string span_id;
    std::string parent_span_id;  // empty: none
    std::string service;
    std::string name;
    std::string kind;  // as event/span.h has them; empty: none told
    std::string queue;
    std::vector<SpanReference> links;
    base::Nanos start = 0;
    base::Nanos duration = 0;  // not below 0
    bool error = false;
    std::string index;  // where it is stored
    std::string id;     // its `_id` there

    base::Nanos end() const { return start + duration; }
    bool sends() const { return kind == "producer"; }
    bool receives() const { return kind == "consumer"; }
};

// The columns that read_spans() looks at.
const std::vector<std::string>& span_columns();

// Appends the spans among a batch's rows; rows without ids are none.
void read_spans(const event::Batch& batch, std::vector<Span>& to);

// The first text that a row has in a column; empty without one. (Further ones are attributes of the
// same name.)
std::string_view text_of(const event::Batch& batch, std::string_view column, std::uint32_t row);

}  // namespace trace
