#include "storage/metric_state.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "storage/field_values.h"
#include "storage/percentiles.h"
#include "storage/value_codes.h"

namespace storage {

namespace {

using event::Batch;
using event::Column;
using event::Type;

template <typename Value>
void grow(std::vector<Value>& values, std::uint32_t groups) {
    if (values.size() < groups) values.resize(groups);
}

void write_counts(const std::vector<std::uint64_t>& counts, std::uint32_t groups, Batch& batch,
                  std::string_view name) {
    Column& column = batch.at(batch.column(name, Type::integer));
    for (std::uint32_t group = 0; group < groups; ++group) {
        column.add_integer(group,
                           group < counts.size() ? static_cast<std::int64_t>(counts[group]) : 0);
    }
}

// Calls use(group, value) for each value that is a number.
template <typename Use>
void for_each_number(const FieldValues& values, const GroupedRows& entries, Use use) {
    for (const Column* column : values.columns()) {
        if (column->type == Type::integer) {
            for_each_value(*column, entries.rows, [&](std::size_t at, std::size_t value) {
                use(entries.groups[at], static_cast<double>(column->integers[value]));
            });
        } else if (column->type == Type::number) {
            for_each_value(*column, entries.rows, [&](std::size_t at, std::size_t value) {
                use(entries.groups[at], column->numbers[value]);
            });
        }
    }
}

class RowCount final : public MetricState {
  public:
    base::Status add(Block&, const GroupedRows& entries, std::uint32_t groups) override {
        grow(counts_, groups);
        for (const std::uint32_t group : entries.groups) ++counts_[group];
        return base::ok();
    }
    void add_count(std::uint32_t group, std::uint64_t count) override {
        grow(counts_, group + 1);
        counts_[group] += count;
    }
    bool counts_rows() const override { return true; }
    void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
               std::uint32_t groups) override {
        grow(counts_, groups);
        const auto& from = static_cast<RowCount&>(other).counts_;
        for (std::size_t group = 0; group < from.size(); ++group)
            counts_[numbers[group]] += from[group];
    }
    void write(std::uint32_t groups, Batch& batch, std::string_view name) override {
        write_counts(counts_, groups, batch, name);
    }

  private:
    std::vector<std::uint64_t> counts_;
};

class ValueCount final : public MetricState {
  public:
    explicit ValueCount(std::string field) : field_(std::move(field)) {}
    base::Status add(Block& block, const GroupedRows& entries, std::uint32_t groups) override {
        grow(counts_, groups);
        TRY(const FieldValues values, FieldValues::read(block, field_));
        for (const Column* column : values.columns()) {
            for_each_value(*column, entries.rows,
                           [&](std::size_t at, std::size_t) { ++counts_[entries.groups[at]]; });
        }
        return base::ok();
    }
    void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
               std::uint32_t groups) override {
        grow(counts_, groups);
        const auto& from = static_cast<ValueCount&>(other).counts_;
        for (std::size_t group = 0; group < from.size(); ++group)
            counts_[numbers[group]] += from[group];
    }
    void write(std::uint32_t groups, Batch& batch, std::string_view name) override {
        write_counts(counts_, groups, batch, name);
    }

  private:
    std::string field_;
    std::vector<std::uint64_t> counts_;
};

// Exact. Without group keys the number of codes is the answer.
class DistinctCount final : public MetricState {
  public:
    DistinctCount(std::string field, bool single_group)
        : field_(std::move(field)), single_group_(single_group) {}

    base::Status add(Block& block, const GroupedRows& entries, std::uint32_t groups) override {
        grow(counts_, groups);
        TRY(const FieldValues values, FieldValues::read(block, field_));
        for (const Column* column : values.columns()) {
            ValueCodes::Reader reader = codes_.reader(*column);
            for_each_value(*column, entries.rows, [&](std::size_t at, std::size_t value) {
                const std::uint32_t code = reader(value);
                if (!single_group_) see(entries.groups[at], code);
            });
        }
        return base::ok();
    }
    void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
               std::uint32_t groups) override {
        grow(counts_, groups);
        auto& from = static_cast<DistinctCount&>(other);
        std::vector<std::uint32_t> codes;
        codes.reserve(from.codes_.size());
        for (std::uint32_t code = 0; code < from.codes_.size(); ++code) {
            codes.push_back(codes_.code_of(from.codes_, code));
        }
        for (const std::uint64_t pair : from.seen_) {
            see(numbers[pair >> 32], codes[static_cast<std::uint32_t>(pair)]);
        }
    }
    void write(std::uint32_t groups, Batch& batch, std::string_view name) override {
        if (single_group_) counts_.assign(1, codes_.size());
        write_counts(counts_, groups, batch, name);
    }
    bool too_large() const override { return codes_.too_large() || seen_.size() > pair_limit; }

  private:
    static constexpr std::size_t pair_limit = 50'000'000;

    void see(std::uint32_t group, std::uint32_t code) {
        if (seen_.insert((std::uint64_t{group} << 32) | code).second) ++counts_[group];
    }

    std::string field_;
    bool single_group_;
    ValueCodes codes_;
    absl::flat_hash_set<std::uint64_t> seen_;  // group, code
    std::vector<std::uint64_t> counts_;
};

// Sum, average and sum of squares. Long doubles: sums of many integers stay exact, and merging in
// another order gives the same double.
class Sum final : public MetricState {
  public:
    Sum(std::string field, Metric::Operation operation)
        : field_(std::move(field)),
          average_(operation == Metric::Operation::avg),
          squares_(operation == Metric::Operation::sum_of_squares) {}

    base::Status add(Block& block, const GroupedRows& entries, std::uint32_t groups) override {
        grow(totals_, groups);
        TRY(const FieldValues values, FieldValues::read(block, field_));
        for_each_number(values, entries, [this](std::uint32_t group, double value) {
            totals_[group].sum += squares_ ? static_cast<long double>(value) * value
                                           : static_cast<long double>(value);
            ++totals_[group].count;
        });
        return base::ok();
    }
    void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
               std::uint32_t groups) override {
        grow(totals_, groups);
        const auto& from = static_cast<Sum&>(other).totals_;
        for (std::size_t group = 0; group < from.size(); ++group) {
            totals_[numbers[group]].sum += from[group].sum;
            totals_[numbers[group]].count += from[group].count;
        }
    }
    void write(std::uint32_t groups, Batch& batch, std::string_view name) override {
        Column& column = batch.at(batch.column(name, Type::number));
        for (std::uint32_t group = 0; group < groups && group < totals_.size(); ++group) {
            const Total& total = totals_[group];
            if (total.count == 0) continue;
            const long double value =
                average_ ? total.sum / static_cast<long double>(total.count) : total.sum;
            column.add_number(group, static_cast<double>(value));
        }
    }

  private:
    struct Total {
        long double sum = 0;
        std::uint64_t count = 0;
    };
    std::string field_;
    bool average_;
    bool squares_;
    std::vector<Total> totals_;
};

// Minimum or maximum of the integers, the numbers and the timestamps of a field.
class Extreme final : public MetricState {
  public:
    Extreme(std::string field, bool maximum) : field_(std::move(field)), maximum_(maximum) {}

    base::Status add(Block& block, const GroupedRows& entries, std::uint32_t groups) override {
        grow(ends_, groups);
        TRY(const FieldValues values, FieldValues::read(block, field_));
        for (const Column* column : values.columns()) {
            if (column->type == Type::number) {
                for_each_value(*column, entries.rows, [&](std::size_t at, std::size_t value) {
                    End& end = ends_[entries.groups[at]];
                    take(column->numbers[value], end.has_number, end.number);
                });
            } else if (column->type == Type::integer) {
                for_each_value(*column, entries.rows, [&](std::size_t at, std::size_t value) {
                    End& end = ends_[entries.groups[at]];
                    take(column->integers[value], end.has_integer, end.integer);
                });
            } else if (column->type == Type::timestamp) {
                for_each_value(*column, entries.rows, [&](std::size_t at, std::size_t value) {
                    End& end = ends_[entries.groups[at]];
                    take(column->integers[value], end.has_time, end.time);
                });
            }
        }
        return base::ok();
    }
    void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
               std::uint32_t groups) override {
        grow(ends_, groups);
        const auto& from = static_cast<Extreme&>(other).ends_;
        for (std::size_t group = 0; group < from.size(); ++group) {
            End& end = ends_[numbers[group]];
            if (from[group].has_integer) take(from[group].integer, end.has_integer, end.integer);
            if (from[group].has_number) take(from[group].number, end.has_number, end.number);
            if (from[group].has_time) take(from[group].time, end.has_time, end.time);
        }
    }
    void write(std::uint32_t groups, Batch& batch, std::string_view name) override {
        const std::size_t integers = batch.column(name, Type::integer);
        const std::size_t numbers = batch.column(name, Type::number);
        const std::size_t times = batch.column(name, Type::timestamp);
        for (std::uint32_t group = 0; group < groups && group < ends_.size(); ++group) {
            const End& end = ends_[group];
            const bool number =
                end.has_number && (!end.has_integer || before(end.number, end.integer));
            if (number) {
                batch.at(numbers).add_number(group, end.number);
            } else if (end.has_integer) {
                batch.at(integers).add_integer(group, end.integer);
            } else if (end.has_time) {
                batch.at(times).add_integer(group, end.time);
            }
        }
    }

  private:
    struct End {
        bool has_integer = false;
        bool has_number = false;
        bool has_time = false;
        std::int64_t integer = 0;
        double number = 0;
        std::int64_t time = 0;
    };
    bool before(double number, std::int64_t integer) const {
        const auto other = static_cast<double>(integer);
        return maximum_ ? number > other : number < other;
    }
    template <typename Value>
    void take(Value value, bool& has, Value& end) {
        if (!has || (maximum_ ? value > end : value < end)) end = value;
        has = true;
    }

    std::string field_;
    bool maximum_;
    std::vector<End> ends_;
};

class PercentileList final : public MetricState {
  public:
    explicit PercentileList(const Metric& metric) : metric_(metric) {}

    base::Status add(Block& block, const GroupedRows& entries, std::uint32_t groups) override {
        grow(groups_, groups);
        TRY(const FieldValues values, FieldValues::read(block, metric_.field));
        for_each_number(values, entries, [this](std::uint32_t group, double value) {
            groups_[group].add(value);
            ++added_;
        });
        bound_memory();
        return base::ok();
    }
    void merge(MetricState& other, const std::vector<std::uint32_t>& numbers,
               std::uint32_t groups) override {
        grow(groups_, groups);
        auto& from = static_cast<PercentileList&>(other);
        for (std::size_t group = 0; group < from.groups_.size(); ++group) {
            groups_[numbers[group]].merge(from.groups_[group]);
            added_ += from.groups_[group].held();
        }
        bound_memory();
    }
    void write(std::uint32_t groups, Batch& batch, std::string_view name) override {
        Column& column = batch.at(batch.column(name, Type::number));
        for (std::uint32_t group = 0; group < groups && group < groups_.size(); ++group) {
            if (groups_[group].empty()) continue;
            for (const double percent : metric_.percents)
                column.add_number(group, groups_[group].at(percent));
        }
    }

  private:
    static constexpr std::size_t held_limit = 16'000'000;
    static constexpr std::size_t group_limit = 1'000;

    void bound_memory() {
        if (added_ <= held_limit) return;
        added_ = 0;
        for (Percentiles& group : groups_) {
            group.compact(group_limit);
            added_ += group.held();
        }
        too_large_ = added_ > held_limit;
    }
    bool too_large() const override { return too_large_; }

    Metric metric_;
    std::vector<Percentiles> groups_;
    std::size_t added_ = 0;  // at least so many values are held one by one
    bool too_large_ = false;
};

}  // namespace

std::unique_ptr<MetricState> MetricState::create(const Metric& metric, bool single_group) {
    switch (metric.operation) {
        case Metric::Operation::count:
            if (metric.field.empty()) return std::make_unique<RowCount>();
            return std::make_unique<ValueCount>(metric.field);
        case Metric::Operation::count_distinct:
            return std::make_unique<DistinctCount>(metric.field, single_group);
        case Metric::Operation::sum:
        case Metric::Operation::avg:
        case Metric::Operation::sum_of_squares:
            return std::make_unique<Sum>(metric.field, metric.operation);
        case Metric::Operation::min:
        case Metric::Operation::max:
            return std::make_unique<Extreme>(metric.field,
                                             metric.operation == Metric::Operation::max);
        case Metric::Operation::percentiles:
            return std::make_unique<PercentileList>(metric);
    }
    return std::make_unique<RowCount>();
}

}  // namespace storage
