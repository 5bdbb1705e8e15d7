#pragma once

#include <absl/time/time.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace pipeline {

// Reads times of one form: ISO8601, UNIX, UNIX_MS, or letters as Joda-Time (and Logstash's filter)
// has them: "dd/MMM/yyyy:HH:mm:ss Z". English names of months and days. Immutable, thread-safe.
class DateFormat {
  public:
    // InvalidArgument for a letter that is not taken.
    static base::Result<DateFormat> parse(std::string_view form);

    // `zone` is that of texts that name none, `now` tells the year of those without one: the one
    // that brings the time nearest before it (a day ahead is taken for late clocks).
    std::optional<base::Nanos> read(std::string_view text, absl::TimeZone zone,
                                    base::Nanos now) const;

  private:
    enum class Kind : char { letters, iso8601, unix_seconds, unix_milliseconds };
    struct Piece {
        char letter = 0;  // 0: text
        std::size_t count = 0;
        std::string text;
    };
    struct Parts;
    static bool read_piece(const Piece& piece, bool more_digits, std::string_view& text,
                           Parts& parts);

    Kind kind_ = Kind::letters;
    std::vector<Piece> pieces_;
};

}  // namespace pipeline
