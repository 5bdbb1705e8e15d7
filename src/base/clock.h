#pragma once

#include <cstdint>

namespace base {

// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
using Nanos = std::int64_t;

inline constexpr Nanos microsecond = 1'000;
inline constexpr Nanos millisecond = 1'000'000;
inline constexpr Nanos second = 1'000'000'000;
inline constexpr Nanos minute = 60 * second;
inline constexpr Nanos hour = 60 * minute;
inline constexpr Nanos day = 24 * hour;

// The wall clock.
Nanos now();

// A clock that never goes back, for measuring.
Nanos steady_now();

// Whole UTC days since 1970, rounded towards the past.
constexpr std::int32_t day_of(Nanos time) {
    return static_cast<std::int32_t>(time >= 0 ? time / day : -((-time + day - 1) / day));
}

}  // namespace base
