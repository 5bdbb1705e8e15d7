#include "query/value.h"

#include <fmt/format.h>

#include <string_view>

#include "event/json_text.h"

namespace query {

namespace {

struct Text {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const { return fmt::format("{}", value); }
    std::string operator()(Time value) const { return event::rfc3339(value.nanos); }
    std::string operator()(const event::Ip& value) const { return value.text(); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const std::vector<double>& values) const {
        return fmt::format("{}", fmt::join(values, " "));
    }
};

}  // namespace

std::string text_of(const Value& value) { return std::visit(Text{}, value); }

Value value_at(const event::Column& column, std::size_t value) {
    switch (column.type) {
        case event::Type::boolean:
            return column.integers[value] != 0;
        case event::Type::integer:
            return column.integers[value];
        case event::Type::number:
            return column.numbers[value];
        case event::Type::timestamp:
            return Time{column.integers[value]};
        case event::Type::ip:
            return column.ips[value];
        case event::Type::string:
            return std::string(column.text(value));
    }
    return {};
}

Value value_of(const event::Batch& batch, std::string_view name, std::uint32_t row) {
    for (const std::size_t position : batch.named(name)) {
        const event::Column& column = batch.columns()[position];
        const auto [first, last] = column.values_of(row);
        if (first < last) return value_at(column, first);
    }
    return {};
}

}  // namespace query
