#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "event/json_text.h"

namespace pipeline {

// A time that was read, and how it was written.
struct TimeText {
    base::Nanos time = 0;
    bool exact = false;  // the form gives the text back; the forms below count only then
    bool epoch = false;  // a number: `epoch_form`, else `form`
    event::TimeForm form;
    event::EpochForm epoch_form;
};

// Where a text's time may stand among an event's fields, best first; nothing for other names. Names
// are dotted paths.
std::optional<std::uint8_t> time_priority(std::string_view name);

// Reads times. Holds the time zone of texts that name none. One thread at a time.
class TimeReader {
  public:
    TimeReader();
    ~TimeReader();

    // An IANA name ("Europe/Moscow"); UTC when it is unknown, with a warning in the log.
    void zone(const std::string& name);

    // RFC 3339 with its usual liberties (a space or t between date and time, a comma before the
    // fraction, more than nine digits of it, offsets as +03:00, +0300, +03 or none), or digits as
    // `number` takes them. Nothing when it is neither, or outside the years 1678 to 2261.
    std::optional<TimeText> text(std::string_view value);

    // Digits, perhaps with decimals: seconds, milliseconds, microseconds or nanoseconds since 1970,
    // told apart by size (below 1e11, 1e14, 1e17). Nothing below 1e8: such small numbers are
    // durations and counts.
    static std::optional<TimeText> number(std::string_view digits);

  private:
    struct Zone;
    std::optional<TimeText> rest(std::string_view value, std::int64_t local, TimeText read);
    bool offset(std::string_view text, TimeText& read) const;
    bool local_offset(std::int64_t local, TimeText& read);

    std::string name_;
    std::unique_ptr<Zone> zone_;  // none: UTC
};

}  // namespace pipeline
