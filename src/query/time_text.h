#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace query {

// A point in time, or a span where the text is coarse ("2026-11-24" is a day, "now/h" an hour):
// [begin, end).
struct TimeSpan {
    base::Nanos begin = 0;
    base::Nanos end = 0;  // begin + 1 ns for an exact time
};

// What times of queries look like:
//   dates        2026-11-24T10:15:00.123456789Z, …+03:00, without zone (UTC), with ' ' for T, cut
//   after day, hour,
//                minute or second, and yyyy-MM
//   date math    now, or a date followed by ||; then any of +1d -2h /M (y M w d h m s; /w begins on
//   Monday) epoch        milliseconds, of more than four digits, or negative
// InvalidArgument with what was expected; offset and length are within `text`.
base::Result<TimeSpan> parse_time(std::string_view text, base::Nanos now);

// The forms above without epoch and a year alone, which might be mere numbers; nothing when it is
// none of them.
std::optional<TimeSpan> date_of(std::string_view text, base::Nanos now);

// "30s", "5m", "1h", "1d", "250ms", "1w" as a number of nanoseconds > 0. InvalidArgument otherwise.
base::Result<base::Nanos> parse_interval(std::string_view text);

}  // namespace query
