#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/engine/row_source.h"

namespace storage::engine {

using ColumnKey = std::pair<std::string, event::Type>;

// The columns that have to go into `_overflow` so that a part of these sources has no more than
// `most` of its clients' (those that Ordertrail made, and ids, do not count): the rarest ones.
std::set<ColumnKey> excess_columns(const std::vector<std::shared_ptr<RowSource>>& sources,
                                   std::size_t most, const base::StringSet* id_fields);

// A source some of whose columns are read as values of `_overflow` instead (event/overflow.h).
// Nothing is kept: the overflow of a block is made when it is asked for.
class CappedSource final : public RowSource {
  public:
    // REQUIRES: `excess` outlives it.
    CappedSource(std::shared_ptr<RowSource> source, const std::set<ColumnKey>& excess);

    std::size_t blocks() const override { return source_->blocks(); }
    std::uint32_t rows(std::size_t block) const override { return source_->rows(block); }
    base::Status order(std::size_t block, std::vector<base::Nanos>& time,
                       std::vector<std::uint64_t>& sequence) const override {
        return source_->order(block, time, sequence);
    }
    bool deleted(std::size_t block, std::uint32_t row) const override {
        return source_->deleted(block, row);
    }
    std::vector<SourceColumn> columns() const override;
    base::Result<std::shared_ptr<const event::Column>> column(std::size_t block,
                                                              const std::string& name,
                                                              event::Type type) const override;
    base::Status count_values(std::size_t block, const std::string& name, event::Type type,
                              std::vector<std::uint32_t>& counts) const override;
    base::Result<std::shared_ptr<const event::StringPool>> texts(
        const std::string& name) const override;

  private:
    bool joins(const std::string& name, event::Type type) const;
    base::Result<std::shared_ptr<const event::Column>> overflow(std::size_t block) const;

    std::shared_ptr<RowSource> source_;
    const std::set<ColumnKey>& excess_;
    std::vector<ColumnKey> own_excess_;  // of this source
};

}  // namespace storage::engine
