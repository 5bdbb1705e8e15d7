#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "event/catalog.h"
#include "event/index_name.h"
#include "storage/predicate.h"
#include "storage/store.h"

namespace query {

// Which rows a request is about, as the request's text says it (the shared parameters of
// docs/reference/api.md).
struct Question {
    std::string query;  // KQL; empty: everything
    std::string index;  // patterns; empty: all
    std::string from;   // RFC 3339, epoch ms or date math; empty: open
    std::string to;
};

// The same, understood. Time conditions that hold for the whole query are in `range`, not in
// `predicate`.
struct Selection {
    event::IndexPattern indices;
    storage::TimeRange range;
    storage::Predicate predicate;
    // Of the question's `query` and `index`: a cursor is refused under another one.
    std::uint64_t fingerprint = 0;
};

// Moves the conditions on the time that hold for the whole predicate into the range, by which
// stores find data.
void take_times(Selection& selection);

// InvalidArgument with the place in the query text (Error::offset and length, bytes), or without
// one for `from`, `to`. `now` is what date math counts from.
base::Result<Selection> select(const Question& question, const event::Catalog& catalog,
                               base::Nanos now);

}  // namespace query
