#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "event/schema.h"
#include "query/search.h"

namespace query {

namespace {

using Operation = storage::Metric::Operation;

constexpr std::size_t size_limit = 100'000;
constexpr std::size_t key_limit = 16;

std::string_view name_of(Operation operation) {
    constexpr std::string_view names[] = {"count", "count_distinct", "sum",           "min", "max",
                                          "avg",   "percentiles",    "sum_of_squares"};
    return names[static_cast<std::size_t>(operation)];
}

std::string column_of(const storage::Metric& metric) {
    if (metric.field.empty()) return std::string(name_of(metric.operation));
    return fmt::format("{}({})", name_of(metric.operation), metric.field);
}

base::Status check(const AggregateQuery& request) {
    if (request.size > size_limit) {
        return base::invalid(
            fmt::format("size: expected at most {}, found {}", size_limit, request.size));
    }
    if (request.group_by.size() > key_limit || request.metrics.size() > key_limit) {
        return base::invalid(
            fmt::format("expected at most {} fields to group by and metrics", key_limit));
    }
    for (const std::string& field : request.group_by) {
        if (field.empty() || field.find('*') != std::string::npos) {
            return base::invalid(
                fmt::format("group_by: expected the name of a field, found '{}'", field));
        }
    }
    for (const storage::Metric& metric : request.metrics) {
        if (metric.operation != Operation::count && metric.field.empty()) {
            return base::invalid(
                fmt::format("metrics: expected a field for '{}'", name_of(metric.operation)));
        }
        if (metric.operation == Operation::percentiles && metric.percents.empty()) {
            return base::invalid(
                "metrics: expected percents for 'percentiles', such as [50, 95, 99]");
        }
    }
    const std::size_t metrics = std::max<std::size_t>(request.metrics.size(), 1);
    if (request.order_by && *request.order_by >= metrics) {
        return base::invalid(
            fmt::format("order_by: expected a metric's position below {}, found {}", metrics,
                        *request.order_by));
    }
    if (request.interval < 0) return base::invalid("interval: expected a positive one");
    return base::ok();
}

// Percentiles in one cell.
Value cell(const event::Batch& groups, const std::string& name, std::uint32_t row, bool several) {
    if (!several) return value_of(groups, name, row);
    const event::Column* column = groups.find(name, event::Type::number);
    if (column == nullptr) return {};
    const auto [first, last] = column->values_of(row);
    if (first == last) return {};
    return std::vector<double>(column->numbers.begin() + static_cast<std::ptrdiff_t>(first),
                               column->numbers.begin() + static_cast<std::ptrdiff_t>(last));
}

// Numbers of different types by size, nothing last.
double weight_of(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*integer);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* time = std::get_if<Time>(&value)) return static_cast<double>(time->nanos);
    if (const auto* several = std::get_if<std::vector<double>>(&value)) return several->back();
    return -std::numeric_limits<double>::infinity();
}

}  // namespace

base::Result<AggregateAnswer> Searcher::aggregate(const AggregateQuery& request) const {
    TRY(check(request));
    AggregateAnswer answer;
    storage::AggregateSpec spec;
    for (const std::string& field : request.group_by) {
        spec.keys.push_back({visible_field(field), 0, 0, request.missing});
        answer.columns.push_back(field);
    }
    if (request.interval > 0) {
        spec.keys.push_back({std::string(event::field::timestamp), request.interval, 0, false});
        answer.columns.emplace_back(event::field::timestamp);
    }
    std::vector<storage::Metric> metrics = request.metrics;
    if (metrics.empty()) metrics.emplace_back();
    for (const storage::Metric& metric : metrics) {
        answer.columns.push_back(column_of(metric));
        spec.metrics.push_back(metric);
        if (!metric.field.empty()) spec.metrics.back().field = visible_field(metric.field);
    }
    const std::size_t keys = spec.keys.size();
    TRY(const event::Batch groups, grouped(request.selection, std::move(spec)));
    answer.groups = groups.rows();
    for (std::uint32_t row = 0; row < groups.rows(); ++row) {
        std::vector<Value> cells;
        cells.reserve(answer.columns.size());
        for (std::size_t key = 0; key < keys; ++key)
            cells.push_back(value_of(groups, fmt::format("key{}", key), row));
        for (std::size_t metric = 0; metric < metrics.size(); ++metric) {
            const bool several = metrics[metric].operation == Operation::percentiles;
            cells.push_back(cell(groups, fmt::format("metric{}", metric), row, several));
        }
        answer.rows.push_back(std::move(cells));
    }
    const std::size_t order_by = keys + request.order_by.value_or(0);
    const bool by_time = request.interval > 0 && !request.order_by;
    std::sort(answer.rows.begin(), answer.rows.end(), [&](const auto& one, const auto& other) {
        if (by_time && one[keys - 1] != other[keys - 1]) return one[keys - 1] < other[keys - 1];
        const double weight = weight_of(one[order_by]);
        const double other_weight = weight_of(other[order_by]);
        return weight != other_weight ? weight > other_weight : one < other;
    });
    if (answer.rows.size() > request.size) answer.rows.resize(request.size);
    return answer;
}

}  // namespace query
