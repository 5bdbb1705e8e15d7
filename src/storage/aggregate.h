#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "storage/block.h"
#include "storage/row_set.h"

namespace storage {

struct GroupKey {
    std::string field;           // "timestamp": time buckets of `interval`
    base::Nanos interval = 0;    // > 0 for time buckets
    base::Nanos offset = 0;      // bucket borders are at offset + n·interval
    bool missing_group = false;  // rows without the field form a group of their own (no value in
                                 // the answer's column)
    // Instead of an interval, for times that no fixed one describes (months, days of a time zone):
    // bucket i is from borders[i] to before borders[i + 1], the last has no end; earlier times have
    // none. Ascending.
    std::vector<base::Nanos> borders = {};
    // > 0: buckets of numbers, from origin + n·step on; the answer has where they begin.
    double step = 0;
    double origin = 0;
    // Integers count as the numbers that they are: 1 and 1.0 are one group.
    bool as_numbers = false;
    // With missing_group: rows without the field are in the group of this value (of time buckets: a
    // time where one begins), as if they had it.
    std::variant<std::monostate, bool, std::int64_t, double, std::string> instead = {};
};

struct Metric {
    enum class Operation : std::uint8_t {
        count,
        count_distinct,
        sum,
        min,
        max,
        avg,
        percentiles,
        sum_of_squares
    };
    Operation operation = Operation::count;
    std::string field;             // empty for count of rows; count of a field counts its values
    std::vector<double> percents;  // for percentiles, 0 to 100
};

// Rows with several values of a key are in the group of each distinct value; each group counts a
// row once.
struct AggregateSpec {
    std::vector<GroupKey> keys;
    std::vector<Metric> metrics;
    std::size_t group_limit = 1'000'000;  // more groups: TooLarge
};

// Gathers groups block by block. One thread at a time; partial ones are merged.
class Aggregator {
  public:
    explicit Aggregator(AggregateSpec spec);
    ~Aggregator();

    base::Status add(Block& block, const RowSet& rows);
    // All `count` rows are known to lie in one time bucket and only counted: what a whole block
    // answers from its header. REQUIRES: no key but a time bucket (or none), no metric but the
    // count of rows.
    void add_count(base::Nanos time, std::uint64_t count);
    base::Status merge(Aggregator&& other);

    // A row per group, in no order. Columns: "key0", "key1" … (in the key's own types; a time
    // bucket's begin as timestamp) and "metric0" …: count and count_distinct integer; sum, avg
    // and sum_of_squares number; min and max in the field's type (integer, number, timestamp);
    // percentiles: several numbers. No value where a group has none. `time` is 0. Without keys
    // there is exactly one row. Percentiles are exact up to 100,000 values of a group, beyond that
    // within 0.5 % of the value; where a query holds more than 16 million values, from 1,000 of a
    // group on. Distinct counts are exact. Values of different types are different (the integer 1
    // and the number 1.0 are two). Failures of all functions: the block's, and TooLarge for more
    // groups or different values than the limits.
    base::Result<event::Batch> finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace storage
