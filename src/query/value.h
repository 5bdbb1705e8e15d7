#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "event/batch.h"
#include "event/value.h"

namespace query {

struct Time {
    base::Nanos nanos = 0;
    auto operator<=>(const Time&) const = default;
};

// One value of an answer. monostate: there is none; a vector: percentiles.
using Value = std::variant<std::monostate, bool, std::int64_t, double, Time, event::Ip, std::string,
                           std::vector<double>>;

// As people read it: "Shop API", "200", "0.5", "true", "2026-11-24T10:15:00.000Z", "10.0.0.1"; ""
// for none.
std::string text_of(const Value& value);

// Value `value` of a column.
Value value_at(const event::Column& column, std::size_t value);

// The first value of a row in the columns of that name, whatever their type; monostate when there
// is none.
Value value_of(const event::Batch& batch, std::string_view name, std::uint32_t row);

}  // namespace query
