#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "event/schema.h"
#include "query/search.h"
#include "storage/group_keys.h"

namespace query {

namespace {

using base::Nanos;

constexpr std::size_t bucket_limit = 10'000;
constexpr Nanos week = 7 * base::day;

constexpr Nanos round_intervals[] = {base::millisecond,
                                     2 * base::millisecond,
                                     5 * base::millisecond,
                                     10 * base::millisecond,
                                     20 * base::millisecond,
                                     50 * base::millisecond,
                                     100 * base::millisecond,
                                     200 * base::millisecond,
                                     500 * base::millisecond,
                                     base::second,
                                     2 * base::second,
                                     5 * base::second,
                                     10 * base::second,
                                     15 * base::second,
                                     30 * base::second,
                                     base::minute,
                                     2 * base::minute,
                                     5 * base::minute,
                                     10 * base::minute,
                                     15 * base::minute,
                                     30 * base::minute,
                                     base::hour,
                                     2 * base::hour,
                                     3 * base::hour,
                                     6 * base::hour,
                                     12 * base::hour,
                                     base::day,
                                     2 * base::day,
                                     week,
                                     30 * base::day,
                                     90 * base::day,
                                     365 * base::day,
                                     3650 * base::day,
                                     36500 * base::day};

// Weeks begin on Monday; 1970-01-05 was one.
Nanos offset_of(Nanos interval) { return interval % week == 0 ? 4 * base::day : 0; }

std::uint64_t span_of(Nanos from, Nanos to) {
    return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

Nanos round_interval(Nanos from, Nanos to, std::size_t wanted) {
    const std::uint64_t least = span_of(from, to) / std::max<std::size_t>(wanted, 1);
    for (const Nanos interval : round_intervals) {
        if (static_cast<std::uint64_t>(interval) >= least) return interval;
    }
    return round_intervals[std::size(round_intervals) - 1];
}

std::uint64_t count_in(const event::Batch& batch, std::uint32_t row) {
    const Value value = value_of(batch, "metric0", row);
    const auto* count = std::get_if<std::int64_t>(&value);
    return count == nullptr ? 0 : static_cast<std::uint64_t>(*count);
}

storage::GroupKey time_key(Nanos interval) {
    return {std::string(event::field::timestamp), interval, offset_of(interval), false};
}

// The number of a row's bucket; beyond the last one for rows out of range (there are none).
std::size_t bucket_in(const event::Batch& batch, std::string_view key, std::uint32_t row,
                      const HistogramAnswer& answer) {
    const Value value = value_of(batch, key, row);
    const auto* time = std::get_if<Time>(&value);
    if (time == nullptr || time->nanos < answer.from) return answer.counts.size();
    return span_of(answer.from, time->nanos) / static_cast<std::uint64_t>(answer.interval);
}

// Buckets from the one of `from` to the one of the last nanosecond before `to`.
base::Status lay_out(Nanos from, Nanos to, HistogramAnswer& answer) {
    const Nanos offset = offset_of(answer.interval);
    answer.from = storage::bucket_of(from, answer.interval, offset);
    const std::uint64_t buckets =
        span_of(answer.from, to - 1) / static_cast<std::uint64_t>(answer.interval) + 1;
    if (buckets > bucket_limit) {
        return base::invalid(fmt::format(
            "interval: expected at most {} buckets, found {}; take a longer interval or a "
            "shorter time range",
            bucket_limit, buckets));
    }
    Nanos end = 0;
    if (__builtin_mul_overflow(static_cast<Nanos>(buckets), answer.interval, &end) ||
        __builtin_add_overflow(answer.from, end, &end)) {
        end = std::numeric_limits<Nanos>::max();
    }
    answer.to = end;
    answer.counts.assign(buckets, 0);
    return base::ok();
}

// The most frequent values of the first key, each with its counts per bucket.
void stack(const event::Batch& groups, std::size_t most, HistogramAnswer& answer) {
    struct Counted {
        std::uint64_t total = 0;
        std::vector<std::uint64_t> counts;
    };
    std::map<Value, Counted> by_value;
    for (std::uint32_t row = 0; row < groups.rows(); ++row) {
        const std::size_t bucket = bucket_in(groups, "key1", row, answer);
        if (bucket >= answer.counts.size()) continue;
        Counted& counted = by_value[value_of(groups, "key0", row)];
        counted.total += count_in(groups, row);
        counted.counts.resize(answer.counts.size(), 0);
        counted.counts[bucket] += count_in(groups, row);
    }
    std::vector<std::pair<std::uint64_t, const Value*>> order;
    order.reserve(by_value.size());
    for (const auto& [value, counted] : by_value) order.emplace_back(counted.total, &value);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& one, const auto& other) { return one.first > other.first; });
    if (order.size() > most) order.resize(most);
    for (const auto& [total, value] : order)
        answer.series.push_back({*value, std::move(by_value[*value].counts)});
}

}  // namespace

// The range of the rows that fit, where the request leaves an end open. False when there are none.
base::Result<bool> Searcher::close_range(Selection& selection) const {
    storage::TimeRange& range = selection.range;
    const storage::TimeRange open;
    if (range.from != open.from && range.to != open.to) return range.from < range.to;
    using Operation = storage::Metric::Operation;
    storage::AggregateSpec spec;
    spec.metrics = {{Operation::min, "timestamp", {}}, {Operation::max, "timestamp", {}}};
    TRY(const event::Batch ends, grouped(selection, std::move(spec)));
    const Value first = value_of(ends, "metric0", 0);
    const Value last = value_of(ends, "metric1", 0);
    if (!std::holds_alternative<Time>(first) || !std::holds_alternative<Time>(last)) return false;
    if (range.from == open.from) range.from = std::get<Time>(first).nanos;
    if (range.to == open.to && std::get<Time>(last).nanos < open.to)
        range.to = std::get<Time>(last).nanos + 1;
    return range.from < range.to;
}

base::Result<HistogramAnswer> Searcher::histogram(const HistogramRequest& request) const {
    if (request.interval < 0 || (request.interval > 0 && request.interval < base::millisecond)) {
        return base::invalid("interval: expected at least 1ms");
    }
    HistogramAnswer answer;
    Selection selection = request.selection;
    TRY(const bool any, close_range(selection));
    const auto [from, to] = std::pair(selection.range.from, selection.range.to);
    answer.interval =
        request.interval > 0 ? request.interval : round_interval(from, to, request.buckets);
    if (!any) return answer;
    TRY(lay_out(from, to, answer));

    std::vector<storage::AggregateSpec> specs(1);
    specs.front().keys.push_back(time_key(answer.interval));
    specs.front().metrics.emplace_back();
    if (!request.by.empty()) {
        specs.push_back(specs.front());
        specs.back().keys.insert(specs.back().keys.begin(),
                                 storage::GroupKey{visible_field(request.by), 0, 0, false});
    }
    TRY(const auto groups, grouped(selection, specs));
    const event::Batch& counts = groups.front();
    for (std::uint32_t row = 0; row < counts.rows(); ++row) {
        const std::size_t bucket = bucket_in(counts, "key0", row, answer);
        if (bucket >= answer.counts.size()) continue;
        answer.counts[bucket] += count_in(counts, row);
        answer.total += count_in(counts, row);
    }
    if (!request.by.empty()) stack(groups.back(), request.series, answer);
    return answer;
}

}  // namespace query
