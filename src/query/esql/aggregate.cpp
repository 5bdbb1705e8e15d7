#include "query/esql/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "query/esql/gathering.h"
#include "query/esql/words.h"

namespace query::esql {

namespace {

using Operation = storage::Metric::Operation;

struct Entry {
    std::string_view name;
    std::size_t least;
    std::size_t most;
    bool numbers;                // takes nothing else
    std::optional<Type> result;  // none: that of the value
};
constexpr std::array<Entry, 11> entries = {{
    {"avg", 1, 1, true, Type::number},
    {"count", 0, 1, false, Type::whole},
    {"count_distinct", 1, 2, false, Type::whole},
    {"max", 1, 1, false, std::nullopt},
    {"median", 1, 1, true, Type::number},
    {"min", 1, 1, false, std::nullopt},
    {"percentile", 2, 2, true, Type::number},
    {"std_dev", 1, 1, true, Type::number},
    {"sum", 1, 1, true, Type::whole},
    {"top", 3, 3, false, std::nullopt},
    {"values", 1, 1, false, std::nullopt},
}};

const Entry* entry_named(std::string_view name) {
    const auto* found = std::find_if(entries.begin(), entries.end(),
                                     [&](const Entry& entry) { return entry.name == name; });
    return found == entries.end() ? nullptr : found;
}

base::Result<double> constant_number(const Call& call, std::size_t argument) {
    const Vector* value = call.arguments[argument]->constant();
    if (value == nullptr || value->size() != 1 || !is_number(value->type())) {
        return refuse(
            fmt::format("argument of [{}] must be a constant number, received [{}]",
                        call.source(call.place), call.source(call.arguments[argument]->place())),
            call.place);
    }
    return value->type() == Type::number ? value->number(0)
                                         : static_cast<double>(value->integer(0));
}

base::Status read_options(Call& call, Aggregate& made) {
    if (made.name == "percentile") {
        TRY(made.percent, constant_number(call, 1));
        if (!(made.percent >= 0 && made.percent <= 100)) {
            return refuse(fmt::format("percentile parameter must be a number between 0 and 100, "
                                      "found [{}]",
                                      made.percent),
                          call.arguments[1]->place());
        }
    }
    if (made.name != "top") return base::ok();
    TRY(const double limit, constant_number(call, 1));
    if (!(limit >= 1 && limit <= 10'000)) {
        return refuse(fmt::format("Limit must be greater than 0 and at most 10000 in [{}]",
                                  call.source(call.place)),
                      call.arguments[1]->place());
    }
    made.limit = static_cast<std::size_t>(limit);
    TRY(const std::string order, call.constant_text(2));
    made.falling = lower_of(order) == "desc";
    if (!made.falling && lower_of(order) != "asc") {
        return refuse(fmt::format("Invalid order value in [{}], expected [ASC, DESC] but got [{}]",
                                  call.source(call.place), order.substr(0, 50)),
                      call.arguments[2]->place());
    }
    return base::ok();
}

}  // namespace

bool is_aggregate(std::string_view name) { return entry_named(name) != nullptr; }

std::vector<std::string_view> aggregate_names() {
    std::vector<std::string_view> names;
    for (const Entry& entry : entries) names.push_back(entry.name);
    return names;
}

base::Result<Aggregate> understood_aggregate(Call& call, bool star) {
    const Entry& entry = *entry_named(call.name);
    if (call.count() < entry.least || call.count() > entry.most || (star && call.name != "count")) {
        return refuse(fmt::format("error building [{}]: function [{}] expects {} arguments, found "
                                  "{}",
                                  call.name, call.source(call.place),
                                  entry.least == entry.most
                                      ? fmt::format("exactly {}", entry.least)
                                      : fmt::format("{} to {}", entry.least, entry.most),
                                  star ? "*" : fmt::format("{}", call.count())),
                      call.place);
    }
    Aggregate made;
    made.name = call.name;
    made.place = call.place;
    TRY(read_options(call, made));
    if (call.count() == 0) {
        made.type = Type::whole;
        return made;
    }
    if (entry.numbers) {
        TRY(call.want_number(0));
    }
    if (call.type(0) == Type::span) return call.wrong(0, "any type of a field");
    const Type value = call.type(0);
    made.type = entry.result.value_or(value == Type::text ? Type::keyword : value);
    if (made.name == "sum" && value == Type::number) made.type = Type::number;
    const bool in_doubles = entry.result == Type::number;
    if (in_doubles) call.widen(0, Type::number);
    made.value = std::move(call.arguments[0]);
    return made;
}

std::unique_ptr<Gathering> Aggregate::gathering() const {
    if (value == nullptr || name == "count") return count_gathering(value == nullptr);
    if (value->type() == Type::null) return count_gathering(name != "count_distinct", true);
    if (name == "count_distinct" || name == "values")
        return distinct_gathering(name == "values", value->type());
    if (name == "min" || name == "max") return top_gathering(1, name == "max", value->type());
    if (name == "top") return top_gathering(limit, falling, value->type());
    if (name == "median" || name == "percentile") return percentile_gathering(percent);
    if (name == "sum") return sum_gathering(type, place);
    return moments_gathering(name == "std_dev");
}

std::optional<storage::Metric> Aggregate::metric(const std::string& field) const {
    constexpr std::array<std::pair<std::string_view, Operation>, 8> operations = {{
        {"count", Operation::count},
        {"count_distinct", Operation::count_distinct},
        {"sum", Operation::sum},
        {"avg", Operation::avg},
        {"min", Operation::min},
        {"max", Operation::max},
        {"median", Operation::percentiles},
        {"percentile", Operation::percentiles},
    }};
    for (const auto& [known, operation] : operations) {
        if (known != name) continue;
        // The store's extremes are those of numbers and times.
        const bool extreme = operation == Operation::min || operation == Operation::max;
        if (extreme && !is_number(type) && type != Type::date) return std::nullopt;
        storage::Metric metric{operation, field, {}};
        if (operation == Operation::percentiles) metric.percents = {percent};
        return metric;
    }
    return std::nullopt;
}

}  // namespace query::esql
