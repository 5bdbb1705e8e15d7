#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace query::dsl {

// A time zone as `time_zone` parameters name it: "+03:00", "Z", "UTC", "Europe/Moscow". Immutable,
// cheap to copy.
class TimeZone {
  public:
    TimeZone() = default;  // UTC
    // Nothing for an unknown name.
    static std::optional<TimeZone> named(std::string_view name);

    // What clocks on the wall show, as if it were UTC.
    base::Nanos to_local(base::Nanos utc) const;
    // The first instant at which they show it; behind a gap when they never do.
    base::Nanos to_utc(base::Nanos local) const;
    base::Nanos offset_at(base::Nanos utc) const;
    // The same all year round.
    bool is_fixed() const { return rules_ == nullptr; }

  private:
    struct Rules;
    base::Nanos fixed_ = 0;
    std::shared_ptr<const Rules> rules_;
};

}  // namespace query::dsl
