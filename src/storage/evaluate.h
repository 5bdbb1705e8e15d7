#pragma once

#include <memory>

#include "base/result.h"
#include "storage/block.h"
#include "storage/predicate.h"
#include "storage/row_set.h"

namespace storage {

// Answers one condition block by block. Remembers per dictionary what fits, so a string is looked
// at once per dictionary, not once per row. One thread at a time; make one per query and thread.
class Evaluator {
  public:
    // InvalidArgument for a regular expression that RE2 refuses.
    static base::Result<std::unique_ptr<Evaluator>> create(const Predicate& predicate);
    ~Evaluator();

    // The block's rows that fit. Failures are the block's (Io, Corrupt).
    base::Result<RowSet> select(Block& block);
    // The same of some rows only: takes out of `rows` what does not fit. Conditions on rows that
    // are out cost nothing.
    base::Status narrow(Block& block, RowSet& rows);

  private:
    struct Node;
    explicit Evaluator(std::unique_ptr<Node> root);
    std::unique_ptr<Node> root_;
};

}  // namespace storage
