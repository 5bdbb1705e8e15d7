#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "storage/engine/row_source.h"

namespace storage::engine {

// Where each row of the sources goes in the part: rows are put in the order of (time, sequence).
class RowOrder {
  public:
    static constexpr std::uint32_t nowhere = UINT32_MAX;  // a deleted row

    struct SourceBlock {
        const RowSource* source = nullptr;
        std::size_t block = 0;
        std::vector<std::uint32_t> positions;  // of its rows in the part
        std::uint32_t least = nowhere;         // range of positions
        std::uint32_t greatest = 0;
    };

    static base::Result<RowOrder> create(const std::vector<std::shared_ptr<RowSource>>& sources);

    std::uint32_t rows() const { return rows_; }
    const std::vector<SourceBlock>& blocks() const { return blocks_; }
    const std::vector<base::Nanos>& time() const { return time_; }
    const std::vector<std::uint64_t>& sequence() const { return sequence_; }
    // Gives back the memory of time() and sequence().
    void forget_keys();

  private:
    std::uint32_t rows_ = 0;
    std::vector<SourceBlock> blocks_;
    std::vector<base::Nanos> time_;
    std::vector<std::uint64_t> sequence_;
};

}  // namespace storage::engine
