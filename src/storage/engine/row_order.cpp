#include "storage/engine/row_order.h"

#include <algorithm>
#include <tuple>

namespace storage::engine {

namespace {

struct Row {
    base::Nanos time;
    std::uint64_t sequence;
    std::uint32_t block;
    std::uint32_t row;
};

bool before(const Row& one, const Row& other) {
    return std::tie(one.time, one.sequence) < std::tie(other.time, other.sequence);
}

}  // namespace

base::Result<RowOrder> RowOrder::create(const std::vector<std::shared_ptr<RowSource>>& sources) {
    RowOrder order;
    std::vector<Row> rows;
    std::vector<base::Nanos> time;
    std::vector<std::uint64_t> sequence;
    for (const auto& source : sources) {
        for (std::size_t block = 0; block < source->blocks(); ++block) {
            TRY(source->order(block, time, sequence));
            const auto number = static_cast<std::uint32_t>(order.blocks_.size());
            order.blocks_.push_back({source.get(), block, {}, nowhere, 0});
            order.blocks_.back().positions.assign(time.size(), nowhere);
            for (std::uint32_t row = 0; row < time.size(); ++row) {
                if (!source->deleted(block, row)) {
                    rows.push_back({time[row], sequence[row], number, row});
                }
            }
        }
    }
    if (rows.size() >= nowhere) {
        return base::Error(base::Code::too_large, "a part cannot hold so many rows");
    }
    if (!std::is_sorted(rows.begin(), rows.end(), before)) {
        std::sort(rows.begin(), rows.end(), before);
    }
    order.rows_ = static_cast<std::uint32_t>(rows.size());
    order.time_.reserve(rows.size());
    order.sequence_.reserve(rows.size());
    for (std::uint32_t position = 0; position < rows.size(); ++position) {
        const Row& row = rows[position];
        SourceBlock& block = order.blocks_[row.block];
        block.positions[row.row] = position;
        block.least = std::min(block.least, position);
        block.greatest = std::max(block.greatest, position);
        order.time_.push_back(row.time);
        order.sequence_.push_back(row.sequence);
    }
    return order;
}

void RowOrder::forget_keys() {
    std::vector<base::Nanos>().swap(time_);
    std::vector<std::uint64_t>().swap(sequence_);
}

}  // namespace storage::engine
