#pragma once

#include "base/result.h"
#include "storage/engine/part.h"
#include "storage/predicate.h"
#include "storage/row_set.h"

namespace storage::engine {

// The blocks of a part that may hold rows that fit (a set over block numbers): by dictionaries and
// their postings, filters, and least and greatest values. Never misses one; what it lets through is
// looked at row by row.
base::Result<RowSet> candidate_blocks(const Predicate& predicate, const Part& part);

}  // namespace storage::engine
