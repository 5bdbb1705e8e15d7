#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace query {

// The first `size` rows of many in the order of `Before`; holds no more than so many.
// One thread at a time.
template <typename Row, typename Before>
class FirstRows {
  public:
    // `size` is not 0.
    FirstRows(std::size_t size, Before before) : size_(size), before_(std::move(before)) {}

    // Whether the row belongs to the first of all seen so far.
    bool takes(const Row& row) const { return rows_.size() < size_ || before_(row, last()); }
    bool full() const { return rows_.size() == size_; }
    // The last of those held; there is one when full.
    const Row& last() const { return rows_.front(); }

    // A row that it takes.
    void add(Row row) {
        if (full()) {
            std::pop_heap(rows_.begin(), rows_.end(), before_);
            rows_.back() = std::move(row);
        } else {
            rows_.push_back(std::move(row));
        }
        std::push_heap(rows_.begin(), rows_.end(), before_);
    }

    // In order; none are held afterwards.
    std::vector<Row> take() {
        std::sort(rows_.begin(), rows_.end(), before_);
        return std::exchange(rows_, {});
    }

  private:
    std::size_t size_;
    Before before_;
    std::vector<Row> rows_;  // a heap with the last row in front
};

}  // namespace query
