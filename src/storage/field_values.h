#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/block.h"

namespace storage {

// All values of a field in one block: its columns, those kept in `_overflow`, and "timestamp" and
// "_index", which have no columns. Valid as long as the block.
class FieldValues {
  public:
    static base::Result<FieldValues> read(Block& block, std::string_view field);

    const std::vector<const event::Column*>& columns() const { return columns_; }

  private:
    base::Status add_overflow(Block& block, std::string_view field);
    event::Column& make(std::string_view field, event::Type type);

    std::vector<const event::Column*> columns_;
    std::vector<std::unique_ptr<event::Column>> made_;
};

// Calls use(position in rows, position of the value) for each value that the rows have. REQUIRES:
// rows ascend, repeats allowed.
template <typename Use>
void for_each_value(const event::Column& column, std::span<const std::uint32_t> rows, Use use) {
    const std::size_t size = column.size();
    if (column.rows.empty()) {
        for (std::size_t at = 0; at < rows.size() && rows[at] < size; ++at)
            use(at, std::size_t{rows[at]});
        return;
    }
    if (rows.empty() || size == 0) return;
    if (rows.size() == std::size_t{rows.back()} + 1 && column.rows.back() <= rows.back()) {
        bool all = rows.front() == 0;  // every row once: row r is at position r
        for (std::size_t at = 1; at < rows.size() && all; ++at) all = rows[at] == rows[at - 1] + 1;
        if (all) {
            for (std::size_t value = 0; value < size; ++value)
                use(std::size_t{column.rows[value]}, value);
            return;
        }
    }
    if (rows.size() * 16 < size) {
        for (std::size_t at = 0; at < rows.size(); ++at) {
            const auto [first, last] = column.values_of(rows[at]);
            for (std::size_t value = first; value < last; ++value) use(at, value);
        }
        return;
    }
    std::size_t value = 0;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        while (value < size && column.rows[value] < rows[at]) ++value;
        for (std::size_t next = value; next < size && column.rows[next] == rows[at]; ++next)
            use(at, next);
    }
}

}  // namespace storage
