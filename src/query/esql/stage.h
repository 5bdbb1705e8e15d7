#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/esql/aggregate.h"
#include "query/esql/node.h"
#include "query/esql/scope.h"

// A query's way: pages go from one stage to the next.

namespace query::esql {

// One step. Owned by the program; one thread at a time. The next one outlives it.
class Stage {
  public:
    virtual ~Stage() = default;
    // False: no more pages are wanted.
    virtual base::Result<bool> push(Page page) = 0;
    // There are no more pages.
    virtual base::Status finish() { return next->finish(); }

    Stage* next = nullptr;
    Execution* run = nullptr;
};
using StagePtr = std::unique_ptr<Stage>;

// WHERE: rows whose condition is true.
StagePtr filter_stage(NodePtr condition);

// EVAL: columns in their slots, one after the other.
struct Evaluation {
    NodePtr value;
    std::size_t slot = 0;
};
StagePtr eval_stage(std::vector<Evaluation> columns);

StagePtr limit_stage(std::uint64_t limit);
// A row for each value of the column in this slot.
StagePtr expand_stage(std::size_t from, std::size_t to);

struct SortColumn {
    NodePtr value;
    bool descending = false;
    bool nulls_first = false;
};
// The first `limit` rows in this order; nothing: all of them.
StagePtr sort_stage(std::vector<SortColumn> columns, std::optional<std::uint64_t> limit);

// STATS: a page's columns are aggregates, then keys. `segment` is that of the pages it makes.
struct Grouping {
    std::vector<Aggregate> aggregates;
    std::vector<NodePtr> keys;
    std::shared_ptr<Segment> segment;
};
StagePtr stats_stage(Grouping grouping);

}  // namespace query::esql
