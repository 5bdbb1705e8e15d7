#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.h"

// Dates of UTC as functions count with them.

namespace query::esql {

// A span of time: months, or nanoseconds; not both.
struct Span {
    std::int64_t months = 0;
    base::Nanos nanos = 0;
};

struct Civil {
    std::int64_t year = 1970;
    int month = 1;
    int day = 1;
    base::Nanos nanos = 0;  // of the day
};
Civil civil_of(base::Nanos time);

// False: beyond the range of dates.
bool moved(base::Nanos time, Span span, base::Nanos& result);
// Where the span of the calendar begins that a time lies in: spans of months begin with the year
// 1970, weeks on Mondays, others at 1970.
base::Nanos truncated(base::Nanos time, Span span);
// The span by which at most `count` pieces reach from `from` to `to`.
Span span_for(std::size_t count, base::Nanos from, base::Nanos to);

// The field of java.time.temporal.ChronoField (lower case); nothing for other names.
using DateField = std::int64_t (*)(base::Nanos);
std::optional<DateField> date_field(std::string_view name);

// Whole units ("day", "hours", "w") from one time to another; nothing for other names.
std::optional<std::int64_t> date_difference(std::string_view unit, base::Nanos from,
                                            base::Nanos to);

}  // namespace query::esql
