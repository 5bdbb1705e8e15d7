#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace storage {

// Numbers the pairs of codes it meets, 0, 1, 2 … Small codes, as nearly all are, need no hashing.
// One thread at a time.
class PairTable {
  public:
    PairTable();
    ~PairTable();
    PairTable(PairTable&&) noexcept;

    std::uint32_t number(std::uint32_t first, std::uint32_t second) {
        if (first < side && second < side) {
            if (first >= small_.size()) small_.resize(first + 1);
            std::vector<std::uint32_t>& row = small_[first];
            if (second >= row.size()) row.resize(second + 1, 0);
            if (row[second] == 0) row[second] = add(first, second) + 1;
            return row[second] - 1;
        }
        return hashed(first, second);
    }
    std::pair<std::uint32_t, std::uint32_t> operator[](std::uint32_t number) const {
        return pairs_[number];
    }
    std::uint32_t size() const { return static_cast<std::uint32_t>(pairs_.size()); }

  private:
    static constexpr std::uint32_t side = 1024;
    struct Hashed;

    std::uint32_t add(std::uint32_t first, std::uint32_t second) {
        pairs_.emplace_back(first, second);
        return size() - 1;
    }
    std::uint32_t hashed(std::uint32_t first, std::uint32_t second);

    std::vector<std::vector<std::uint32_t>> small_;  // number + 1; 0: not seen
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_;
    std::unique_ptr<Hashed> hashed_;
};

}  // namespace storage
