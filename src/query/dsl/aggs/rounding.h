#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "query/dsl/time_zone.h"

namespace query::dsl {

// Where the buckets of a date_histogram begin: every so often, or with the units of a calendar, on
// the clocks of a time zone. Immutable, cheap to copy.
class Rounding {
  public:
    enum class Unit { fixed, day, week, month, quarter, year };

    // REQUIRES: interval > 0.
    static Rounding every(base::Nanos interval, TimeZone zone);
    // "minute" or "1m", … "year" or "1y"; nothing for another text.
    static std::optional<Rounding> calendar(std::string_view unit, TimeZone zone);
    // Buckets begin so much later.
    void shift(base::Nanos offset) { shift_ += offset; }

    // The bucket that a time lies in, and the one behind a bucket; both as where they begin.
    base::Nanos begin_of(base::Nanos time) const;
    base::Nanos next(base::Nanos begin) const;
    // Interval and offset (begin = offset + n·interval), where all buckets are of one length.
    std::optional<std::pair<base::Nanos, base::Nanos>> even() const;

  private:
    base::Nanos local_begin(base::Nanos local) const;

    Unit unit_ = Unit::fixed;
    base::Nanos interval_ = base::second;  // of Unit::fixed
    base::Nanos shift_ = 0;
    TimeZone zone_;
};

}  // namespace query::dsl
