#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "event/column.h"

namespace pipeline {

// The first value of each row in a string column, asked for in ascending order of rows. Holds a
// reference to the column.
class FirstCode {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    // nullptr: no row has a value.
    explicit FirstCode(const event::Column* column) : column_(column) {}

    // The value's code, or none.
    std::uint32_t at(std::uint32_t row) {
        if (column_ == nullptr) return none;
        const auto& rows = column_->rows;
        if (rows.empty()) return row < column_->codes.size() ? column_->codes[row] : none;
        while (next_ < rows.size() && rows[next_] < row) ++next_;
        return next_ < rows.size() && rows[next_] == row ? column_->codes[next_] : none;
    }

    // The text of a code; empty for none.
    std::string_view text(std::uint32_t code) const {
        return code == none ? std::string_view() : (*column_->pool)[code];
    }

    // Codes are below this number, or none.
    std::size_t codes() const { return column_ == nullptr ? 0 : column_->pool->size(); }

  private:
    const event::Column* column_;
    std::size_t next_ = 0;
};

// Remembers a number for each pair of codes, so that what depends on two dictionaries is worked out
// once per batch.
class PairMemo {
  public:
    static constexpr std::uint32_t unknown = UINT32_MAX;

    PairMemo(std::size_t first_codes, std::size_t second_codes) : width_(second_codes + 1) {
        constexpr std::size_t most = 1 << 14;
        if (first_codes < most && width_ < most && (first_codes + 1) * width_ <= most) {
            table_.assign((first_codes + 1) * width_, unknown);
        }
    }

    // Codes may be FirstCode::none.
    std::uint32_t& at(std::uint32_t first, std::uint32_t second) {
        // none + 1 is 0.
        if (!table_.empty())
            return table_[std::uint32_t{first + 1} * width_ + std::uint32_t{second + 1}];
        const auto key = (std::uint64_t{first} << 32) | second;
        return map_.try_emplace(key, unknown).first->second;
    }

  private:
    std::size_t width_;
    std::vector<std::uint32_t> table_;
    std::unordered_map<std::uint64_t, std::uint32_t> map_;  // when the table would be too large
};

}  // namespace pipeline
