#include "app/plant/calendar.h"

#include <algorithm>
#include <array>

#include "app/plant/random.h"

namespace plant {

namespace {

constexpr Millis zone = 3 * one_hour;

Millis floor_to(Millis at, Millis unit) { return at - ((at % unit) + unit) % unit; }

// Orders by hour of the day, mean 1.
constexpr std::array<double, 24> hours = {0.35, 0.20, 0.13, 0.10, 0.12, 0.20, 0.40, 0.65,
                                          0.90, 1.25, 1.55, 1.75, 1.75, 1.65, 1.65, 1.60,
                                          1.55, 1.45, 1.40, 1.45, 1.45, 1.25, 0.80, 0.45};

}  // namespace

LocalTime local_time(Millis at) {
    const Millis local = at + zone;
    const Millis day = floor_to(local, one_day) / one_day;
    LocalTime time;
    time.weekday = static_cast<int>(((day + 3) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
    time.hour = static_cast<int>((local - day * one_day) / one_hour);
    return time;
}

bool Shift::at_work(Millis at) const {
    const LocalTime time = local_time(at);
    const int begin = time.weekend() ? weekend_begin : weekday_begin;
    const int end = time.weekend() ? weekend_end : weekday_end;
    return time.hour >= begin && time.hour < end;
}

Millis Shift::after(Millis at, Millis work) const {
    for (;;) {
        const bool weekend = local_time(at).weekend();
        const Millis midnight = floor_to(at + zone, one_day) - zone;
        const Millis begin = midnight + (weekend ? weekend_begin : weekday_begin) * one_hour;
        const Millis end = midnight + (weekend ? weekend_end : weekday_end) * one_hour;
        at = std::max(at, begin);
        if (at < end) {
            if (at + work < end) return at + work;
            work -= end - at;
        }
        at = midnight + one_day;
    }
}

double demand(Millis at) {
    const LocalTime time = local_time(at);
    return hours[static_cast<std::size_t>(time.hour)] * (time.weekend() ? 0.72 : 1.112);
}

Incidents::Incidents(std::uint64_t seed, Millis start, bool bursts, bool outages)
    : seed_(seed), start_(start), bursts_(bursts), outages_(outages) {}

Incidents::Span Incidents::burst(Millis at) const {
    return bursts_ ? plan(at, 15 * one_minute, 1) : Span{};
}

Incidents::Span Incidents::outage(Millis at) const {
    return outages_ ? plan(at, 40 * one_minute, 2) : Span{};
}

Incidents::Span Incidents::plan(Millis at, Millis length, std::uint64_t salt) const {
    if (at < start_) return {};
    constexpr Millis period = 3 * one_day;
    const Millis number = at < start_ + one_day ? 0 : 1 + (at - start_ - one_day) / period;
    const Millis begin = number == 0 ? start_ : start_ + one_day + (number - 1) * period;
    const Millis end = number == 0 ? start_ + one_day : begin + period;
    Random random(mixed(seed_ ^ (salt << 32)) + static_cast<std::uint64_t>(number));
    for (;;) {
        const Millis from =
            begin + static_cast<Millis>(random.unit() * static_cast<double>(end - begin - length));
        const int hour = local_time(from).hour;
        if (hour >= 10 && hour < 17) return {from, from + length};
    }
}

}  // namespace plant
