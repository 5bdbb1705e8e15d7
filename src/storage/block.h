#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/batch.h"
#include "storage/row_set.h"

namespace storage {

// Some rows of one index, as conditions and aggregations see them. Columns come into memory when
// they are asked for. One thread at a time.
class Block {
  public:
    virtual ~Block() = default;

    virtual std::uint32_t rows() const = 0;
    virtual std::string_view index() const = 0;
    virtual base::Result<std::span<const base::Nanos>> time() = 0;
    virtual base::Result<std::span<const std::uint64_t>> sequence() = 0;
    // The columns of a name, one per type. Pointers live as long as the block. Columns of blocks of
    // one part may share one StringPool: what was found out about a pool's entries holds for all of
    // them.
    virtual base::Result<std::vector<const event::Column*>> columns(std::string_view name) = 0;
    // Adds to `found` the rows among `wanted` that have this very text in the field, where the
    // block can tell without its columns being read whole; false when it cannot, and nothing was
    // added.
    virtual base::Result<bool> find_text(std::string_view name, std::string_view text,
                                         const RowSet& wanted, RowSet& found) {
        (void)name, (void)text, (void)wanted, (void)found;
        return false;
    }
    // All names, own columns (`_…`) included.
    virtual std::vector<std::string_view> names() const = 0;
};

// A batch in memory as a block.
class BatchBlock final : public Block {
  public:
    // REQUIRES: batch and index outlive the block; the batch has sequence numbers.
    BatchBlock(const event::Batch& batch, std::string_view index) : batch_(batch), index_(index) {}

    std::uint32_t rows() const override { return batch_.rows(); }
    std::string_view index() const override { return index_; }
    base::Result<std::span<const base::Nanos>> time() override {
        return std::span<const base::Nanos>(batch_.time);
    }
    base::Result<std::span<const std::uint64_t>> sequence() override {
        return std::span<const std::uint64_t>(batch_.sequence);
    }
    base::Result<std::vector<const event::Column*>> columns(std::string_view name) override;
    std::vector<std::string_view> names() const override;

  private:
    const event::Batch& batch_;
    std::string_view index_;
};

}  // namespace storage
