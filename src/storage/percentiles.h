#pragma once

#include <cstdint>
#include <vector>

namespace storage {

// Percentiles of numbers: exact up to a limit of values, beyond it within 0.5 % of the value. The
// sketch counts values in logarithmic buckets, as DDSketch does (Masson, Rim, Lee: DDSketch, VLDB
// 2019). One thread at a time.
class Percentiles {
  public:
    static constexpr std::size_t exact_limit = 100'000;

    void add(double value);
    void merge(const Percentiles& other);
    // Gives up exactness for memory where there are more values than this.
    void compact(std::size_t limit);
    // Values held one by one.
    std::size_t held() const { return values_.size(); }
    bool empty() const { return count_ == 0; }
    // Between 0 and 100; exact ones lie on the line between the two nearest values (as numpy and
    // Excel do). REQUIRES: not empty.
    double at(double percent);

  private:
    // Counts of buckets, from `first` on.
    struct Side {
        std::int32_t first = 0;
        std::vector<std::uint64_t> counts;
        void add(std::int32_t bucket, std::uint64_t count);
    };

    void add_to_sketch(double value);
    void begin_sketch();
    double sketched(double percent) const;

    std::uint64_t count_ = 0;
    bool sketch_ = false;
    bool sorted_ = false;
    int asked_ = 0;
    std::vector<double> values_;  // all of them, while exact
    Side negative_;
    std::uint64_t zeros_ = 0;
    Side positive_;
    double least_ = 0;
    double most_ = 0;
};

}  // namespace storage
