#pragma once

#include <optional>

#include "event/batch.h"
#include "query/esql/planner.h"

namespace query::esql {

// What a scan of the store gives as a page of the segment's fields. Values of other types than the
// field's are its text, where it is one, and else left out.
Page page_of(const event::Batch& batch, const Segment& segment);

// What the store's aggregation gives, as the stage of STATS would. Nothing: a sum is beyond what
// doubles say exactly.
std::optional<Page> page_of_groups(const event::Batch& groups, const StoreStats& stats);

}  // namespace query::esql
