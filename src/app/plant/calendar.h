#pragma once

#include <cstdint>
#include <vector>

namespace plant {

// The plant's clock: milliseconds since 1970 UTC. Its people live three hours ahead of UTC, all the
// year.
using Millis = std::int64_t;
inline constexpr Millis one_second = 1'000;
inline constexpr Millis one_minute = 60'000;
inline constexpr Millis one_hour = 3'600'000;
inline constexpr Millis one_day = 86'400'000;

struct LocalTime {
    int weekday = 0;  // 0 is Monday
    int hour = 0;
    bool weekend() const { return weekday >= 5; }
};
LocalTime local_time(Millis at);

// When a group of people works: from one hour to another, each day.
struct Shift {
    int weekday_begin = 9;
    int weekday_end = 19;
    int weekend_begin = 10;
    int weekend_end = 16;

    bool at_work(Millis at) const;
    // The moment when `work` milliseconds of working time have passed since `at`.
    Millis after(Millis at, Millis work) const;
};

inline constexpr Shift managers{9, 19, 10, 16};
inline constexpr Shift operators{7, 23, 7, 23};

// How many orders customers place in an hour, relative to the mean over the week.
double demand(Millis at);

// What goes wrong, planned ahead from the seed: in the first day, then in every three days, one
// burst of orders and one outage of the MES, both during working hours. Immutable.
class Incidents {
  public:
    struct Span {
        Millis begin = 0;
        Millis end = 0;
        bool holds(Millis at) const { return at >= begin && at < end; }
    };

    Incidents(std::uint64_t seed, Millis start, bool bursts, bool outages);

    // The burst or outage of the period that `at` lies in; an empty span where there is none.
    Span burst(Millis at) const;
    Span outage(Millis at) const;

  private:
    Span plan(Millis at, Millis length, std::uint64_t salt) const;

    std::uint64_t seed_;
    Millis start_;
    bool bursts_;
    bool outages_;
};

}  // namespace plant
