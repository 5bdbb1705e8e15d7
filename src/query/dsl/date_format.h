#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/dsl/failure.h"
#include "query/dsl/time_zone.h"
#include "query/time_text.h"

namespace query::dsl {

// A `format` of dates: alternatives separated by ||, each a name ("strict_date_optional_time",
// "epoch_millis") or a pattern of Java's ("yyyy/MM/dd HH:mm"). Immutable.
class DateFormat {
  public:
    // strict_date_optional_time||epoch_millis
    DateFormat();
    // A failure names what is not known.
    static Parsed<DateFormat> of(std::string_view format);

    // The time or the span that a text stands for; date math ("now-1h", "2026-11-24||/d") counts in
    // every format. Texts without a zone of their own are in `zone`.
    Parsed<TimeSpan> parse(std::string_view text, const TimeZone& zone, base::Nanos now) const;
    // By the first alternative.
    std::string format(base::Nanos time, const TimeZone& zone) const;
    // Written as a number: epoch_millis, epoch_second.
    bool is_epoch() const;

  private:
    enum class Kind { iso, iso_nanos, epoch_millis, epoch_second, pattern };
    struct Alternative {
        Kind kind = Kind::iso;
        std::string pattern;
    };
    static Parsed<Alternative> alternative(std::string_view name);

    std::vector<Alternative> alternatives_;
};

}  // namespace query::dsl
