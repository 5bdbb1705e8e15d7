#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "event/batch.h"
#include "query/scope.h"
#include "query/selection.h"
#include "storage/evaluate.h"
#include "storage/row_set.h"

namespace query {

// Answers one selection for one asker over batches that come by, as a Searcher does over what is
// stored. One thread at a time; make one per asker.
class RowFilter {
  public:
    // InvalidArgument for a condition that cannot be evaluated.
    static base::Result<RowFilter> create(Selection selection, Scope scope);

    // The rows of `index` that the asker may see and wants. REQUIRES: the batch has sequence
    // numbers.
    base::Result<storage::RowSet> select(const event::Batch& batch, std::string_view index);
    // Those rows without the fields that the asker may not see.
    event::Batch visible(const event::Batch& batch, std::span<const std::uint32_t> rows) const;

  private:
    RowFilter(Selection selection, Scope scope)
        : selection_(std::move(selection)), scope_(std::move(scope)) {}

    Selection selection_;
    Scope scope_;
    // Where the asker sees all fields; otherwise patterns of names depend on the batch.
    std::unique_ptr<storage::Evaluator> evaluator_;
};

}  // namespace query
