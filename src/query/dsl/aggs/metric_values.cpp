#include <cmath>

#include "query/dsl/aggs/assemble.h"
#include "query/dsl/aggs/keys.h"

namespace query::dsl {

namespace {

// Of dates the milliseconds.
double number_in(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*integer);
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* time = std::get_if<Time>(&value))
        return static_cast<double>(millis_of_nanos(time->nanos));
    return std::nan("");
}

json::value number_or_null(double value) {
    if (!std::isfinite(value)) return nullptr;
    return value;
}

// As stats show it where there are too few values: a text.
json::value number_or_nan(double value) {
    if (std::isnan(value)) return "NaN";
    return number_or_null(value);
}

json::value percentiles(const Aggregation& aggregation, const Value& value) {
    const auto* found = std::get_if<std::vector<double>>(&value);
    const auto& percents = aggregation.metric.percents;
    json::object keyed;
    json::array list;
    for (std::size_t at = 0; at < percents.size(); ++at) {
        json::value one = found == nullptr ? json::value() : number_or_null((*found)[at]);
        if (aggregation.buckets.keyed) {
            keyed[java_text(percents[at])] = std::move(one);
        } else {
            list.push_back({{"key", percents[at]}, {"value", std::move(one)}});
        }
    }
    if (aggregation.buckets.keyed) return json::object{{"values", std::move(keyed)}};
    return json::object{{"values", std::move(list)}};
}

struct Sums {
    double count = 0;
    double least = std::nan("");
    double most = std::nan("");
    double sum = 0;
    double squares = 0;
};

json::object stats(const Sums& sums) {
    json::object made;
    made["count"] = static_cast<std::int64_t>(sums.count);
    made["min"] = number_or_null(sums.least);
    made["max"] = number_or_null(sums.most);
    made["avg"] = number_or_null(sums.sum / sums.count);
    made["sum"] = sums.sum;
    return made;
}

void add_deviations(const Sums& sums, double sigma, json::object& made) {
    const auto variance = [&](double divisor) {
        if (divisor <= 0) return std::nan("");
        const double found = (sums.squares - sums.sum * sums.sum / sums.count) / divisor;
        return found < 0 ? 0 : found;
    };
    const bool none = sums.count == 0;
    const double population = none ? std::nan("") : variance(sums.count);
    const double sampling = none ? std::nan("") : variance(sums.count - 1);
    // Of no values at all nothing is known, of one the sample's variance is not a number.
    const auto shown = [&](double value) { return none ? json::value() : number_or_nan(value); };
    made["sum_of_squares"] = none ? json::value() : number_or_null(sums.squares);
    made["variance"] = shown(population);
    made["variance_population"] = shown(population);
    made["variance_sampling"] = shown(sampling);
    made["std_deviation"] = shown(std::sqrt(population));
    made["std_deviation_population"] = shown(std::sqrt(population));
    made["std_deviation_sampling"] = shown(std::sqrt(sampling));
    const double average = sums.sum / sums.count;
    const auto bound = [&](double spread, double sign) {
        return shown(average + sign * sigma * std::sqrt(spread));
    };
    made["std_deviation_bounds"] = {{"upper", bound(population, 1)},
                                    {"lower", bound(population, -1)},
                                    {"upper_population", bound(population, 1)},
                                    {"lower_population", bound(population, -1)},
                                    {"upper_sampling", bound(sampling, 1)},
                                    {"lower_sampling", bound(sampling, -1)}};
}

}  // namespace

json::value shown_metric(const Aggregation& aggregation, const std::vector<Value>& values) {
    const Value first = values.empty() ? Value() : values.front();
    switch (aggregation.type) {
        case AggregationType::value_count:
        case AggregationType::cardinality: {
            const auto* count = std::get_if<std::int64_t>(&first);
            return json::object{{"value", count == nullptr ? 0 : *count}};
        }
        case AggregationType::percentiles:
            return percentiles(aggregation, first);
        case AggregationType::stats:
        case AggregationType::extended_stats: {
            Sums sums;
            const auto at = [&](std::size_t column) {
                return column < values.size() ? number_in(values[column]) : std::nan("");
            };
            const auto or_zero = [](double value) { return std::isnan(value) ? 0 : value; };
            sums = {or_zero(at(0)), at(1), at(2), or_zero(at(3)), or_zero(at(4))};
            json::object made = stats(sums);
            if (aggregation.type == AggregationType::extended_stats)
                add_deviations(sums, aggregation.metric.sigma, made);
            return made;
        }
        default:
            break;
    }
    double number = number_in(first);
    if (aggregation.type == AggregationType::sum && std::isnan(number)) number = 0;
    json::object made{{"value", number_or_null(number)}};
    if (const auto* time = std::get_if<Time>(&first)) {
        const std::string text =
            aggregation.metric.format.value_or(DateFormat()).format(time->nanos, TimeZone());
        made["value_as_string"] = json::string(text);
    }
    return made;
}

}  // namespace query::dsl
