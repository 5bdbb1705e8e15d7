#include "query/dsl/aggs/rounding.h"

#include <absl/time/civil_time.h>

#include <limits>

#include "storage/group_keys.h"

namespace query::dsl {

namespace {

// 1970-01-05 was a Monday.
constexpr base::Nanos first_monday = 4 * base::day;

// When zones had the offsets from Greenwich that they have now (in 1970 some had not).
constexpr base::Nanos recently = 1'600'000'000 * base::second;

// Times at the ends of what 64 bits hold stay there.
base::Nanos plus(base::Nanos time, base::Nanos by) {
    base::Nanos sum = 0;
    if (!__builtin_add_overflow(time, by, &sum)) return sum;
    return by > 0 ? std::numeric_limits<base::Nanos>::max()
                  : std::numeric_limits<base::Nanos>::min();
}

absl::CivilDay day_of(base::Nanos local) {
    return absl::CivilDay(1970, 1, 1) + storage::bucket_of(local, base::day, 0) / base::day;
}

base::Nanos nanos_of(absl::CivilDay day) {
    const std::int64_t days = day - absl::CivilDay(1970, 1, 1);
    base::Nanos nanos = 0;
    if (__builtin_mul_overflow(days, base::day, &nanos)) {
        return days > 0 ? std::numeric_limits<base::Nanos>::max()
                        : std::numeric_limits<base::Nanos>::min();
    }
    return nanos;
}

absl::CivilDay month_begin(absl::CivilDay day, int months) {
    const int month = (static_cast<int>(day.month()) - 1) / months * months + 1;
    return absl::CivilDay(day.year(), month, 1);
}

}  // namespace

Rounding Rounding::every(base::Nanos interval, TimeZone zone) {
    Rounding made;
    made.interval_ = interval;
    made.zone_ = std::move(zone);
    return made;
}

std::optional<Rounding> Rounding::calendar(std::string_view unit, TimeZone zone) {
    Rounding made;
    made.zone_ = std::move(zone);
    if (unit == "second" || unit == "1s") {
        made.interval_ = base::second;
    } else if (unit == "minute" || unit == "1m") {
        made.interval_ = base::minute;
    } else if (unit == "hour" || unit == "1h") {
        made.interval_ = base::hour;
    } else if (unit == "day" || unit == "1d") {
        made.unit_ = Unit::day;
    } else if (unit == "week" || unit == "1w") {
        made.unit_ = Unit::week;
    } else if (unit == "month" || unit == "1M") {
        made.unit_ = Unit::month;
    } else if (unit == "quarter" || unit == "1q") {
        made.unit_ = Unit::quarter;
    } else if (unit == "year" || unit == "1y") {
        made.unit_ = Unit::year;
    } else {
        return std::nullopt;
    }
    return made;
}

std::optional<std::pair<base::Nanos, base::Nanos>> Rounding::even() const {
    base::Nanos interval = interval_;
    base::Nanos origin = 0;
    if (unit_ == Unit::day || unit_ == Unit::week) {
        interval = unit_ == Unit::day ? base::day : 7 * base::day;
        origin = unit_ == Unit::day ? 0 : first_monday;
    } else if (unit_ != Unit::fixed) {
        return std::nullopt;
    }
    // Clocks are put forward and back by whole hours: what divides them goes on evenly.
    const bool divides = unit_ == Unit::fixed && base::hour % interval == 0;
    if (!zone_.is_fixed() && !divides) return std::nullopt;
    return std::pair(interval, plus(plus(origin, -zone_.offset_at(recently)), shift_));
}

base::Nanos Rounding::local_begin(base::Nanos local) const {
    switch (unit_) {
        case Unit::fixed:
            return storage::bucket_of(local, interval_, 0);
        case Unit::day:
            return storage::bucket_of(local, base::day, 0);
        case Unit::week:
            return storage::bucket_of(local, 7 * base::day, first_monday);
        case Unit::month:
            return nanos_of(month_begin(day_of(local), 1));
        case Unit::quarter:
            return nanos_of(month_begin(day_of(local), 3));
        case Unit::year:
            return nanos_of(month_begin(day_of(local), 12));
    }
    return local;
}

base::Nanos Rounding::begin_of(base::Nanos time) const {
    if (const auto steps = even()) return storage::bucket_of(time, steps->first, steps->second);
    const base::Nanos local = zone_.to_local(plus(time, -shift_));
    return plus(zone_.to_utc(local_begin(local)), shift_);
}

base::Nanos Rounding::next(base::Nanos begin) const {
    if (const auto steps = even()) return plus(begin, steps->first);
    constexpr base::Nanos lengths[] = {
        0, base::day, 7 * base::day, 31 * base::day, 92 * base::day, 366 * base::day};
    const base::Nanos length = unit_ == Unit::fixed ? interval_ : lengths[static_cast<int>(unit_)];
    // A bucket is at most so long: one step further is surely in the next one or in one behind it;
    // of those the first that begins later counts.
    base::Nanos local = local_begin(zone_.to_local(plus(begin, -shift_)));
    for (int tries = 0; tries < 4; ++tries) {
        local = local_begin(plus(local, length));
        const base::Nanos found = plus(zone_.to_utc(local), shift_);
        if (found > begin) return found;
    }
    return plus(begin, length);
}

}  // namespace query::dsl
