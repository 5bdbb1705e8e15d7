#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace storage {

// A set of rows of one block: a bit per row.
class RowSet {
  public:
    RowSet() = default;
    explicit RowSet(std::uint32_t rows, bool full = false)
        : rows_(rows), bits_((rows + 63) / 64, full ? ~std::uint64_t{0} : 0) {
        clear_tail();
    }

    std::uint32_t rows() const { return rows_; }
    bool contains(std::uint32_t row) const { return (bits_[row / 64] >> (row % 64)) & 1; }
    void add(std::uint32_t row) { bits_[row / 64] |= std::uint64_t{1} << (row % 64); }
    void remove(std::uint32_t row) { bits_[row / 64] &= ~(std::uint64_t{1} << (row % 64)); }
    void operator&=(const RowSet& other) {
        for (std::size_t at = 0; at < bits_.size(); ++at) bits_[at] &= other.bits_[at];
    }
    void operator|=(const RowSet& other) {
        for (std::size_t at = 0; at < bits_.size(); ++at) bits_[at] |= other.bits_[at];
    }
    void operator-=(const RowSet& other) {
        for (std::size_t at = 0; at < bits_.size(); ++at) bits_[at] &= ~other.bits_[at];
    }
    void invert() {
        for (std::uint64_t& word : bits_) word = ~word;
        clear_tail();
    }
    std::uint32_t count() const {
        std::uint32_t total = 0;
        for (const std::uint64_t word : bits_)
            total += static_cast<std::uint32_t>(std::popcount(word));
        return total;
    }
    bool none() const {
        for (const std::uint64_t word : bits_) {
            if (word != 0) return false;
        }
        return true;
    }
    bool all() const { return count() == rows_; }

    template <typename Use>
    void for_each(Use use) const {
        for (std::size_t at = 0; at < bits_.size(); ++at) {
            for (std::uint64_t word = bits_[at]; word != 0; word &= word - 1) {
                use(static_cast<std::uint32_t>(at * 64 +
                                               static_cast<unsigned>(std::countr_zero(word))));
            }
        }
    }

    std::vector<std::uint64_t>& words() { return bits_; }
    const std::vector<std::uint64_t>& words() const { return bits_; }

  private:
    void clear_tail() {
        if (rows_ % 64 != 0) bits_.back() &= (std::uint64_t{1} << (rows_ % 64)) - 1;
    }

    std::uint32_t rows_ = 0;
    std::vector<std::uint64_t> bits_;
};

}  // namespace storage
