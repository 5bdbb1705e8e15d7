#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

// Values as JSON text. All functions append to `out`; none fails.

namespace event {

// JSON string literal with quotes; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string_view text, std::string& out);

// The text itself, bytes that are no UTF-8 as U+FFFD (one per maximal wrong part, as WHATWG
// decoders do).
void append_valid_utf8(std::string_view text, std::string& out);

void append_integer(std::int64_t value, std::string& out);

// The fewest digits that read back the same: plain from 1e-6 up to 1e21, else d.ddde±x. `null` for
// infinities and NaN, which JSON does not have.
void append_number(double value, std::string& out);

// Plain with this many decimals. REQUIRES: 0 <= decimals <= 78.
void append_decimal(double value, int decimals, std::string& out);

// How a number with an exponent is written: decimals of the mantissa (-1: as few as read back the
// same), and the exponent's letter, sign and width.
struct ExponentForm {
    int decimals = -1;
    bool upper = false;       // E, not e
    bool plus = false;        // e+5, not e5
    bool two_digits = false;  // e-05, not e-5
    bool operator==(const ExponentForm&) const = default;
};
void append_scientific(double value, ExponentForm form, std::string& out);

// How a date and time is written: 2026-11-24T10:15:00.123+03:00.
struct TimeForm {
    // Between date and time 'T', 't' or ' '; with a decimal comma instead of the point 'C' (for T)
    // or 'c' (for ' ').
    char separator = 'T';
    std::uint8_t decimals = 0;  // of the second, at most 9
    // 'Z', 'z'; or the offset: 'o' as +03:00, 'b' as +0300, 'n' not written.
    char zone = 'Z';
    bool negative = false;      // of the offset's sign ("-00:00" exists)
    std::uint16_t minutes = 0;  // of the offset, without its sign
    bool operator==(const TimeForm&) const = default;
};
void append_time(base::Nanos time, const TimeForm& form, std::string& out);

// How a time is written as a number since 1970.
struct EpochForm {
    char unit = 's';            // 's', 'm' (ms), 'u' (µs), 'n'
    std::uint8_t decimals = 0;  // of the unit, at most 9
    bool operator==(const EpochForm&) const = default;
};
void append_epoch(base::Nanos time, EpochForm form, std::string& out);

// Nanoseconds of a unit of EpochForm; 1 for any other letter.
base::Nanos nanos_of_unit(char unit);

// A day of the Gregorian calendar, also before it was in use.
struct Date {
    std::int64_t year = 1970;
    unsigned month = 1;
    unsigned day = 1;
};
// Days since 1970 of a date, and back.
std::int64_t days_of_date(std::int64_t year, unsigned month, unsigned day);
Date date_of_days(std::int64_t days);

// RFC 3339 in UTC with nanoseconds, trailing zeros cut to ms, µs or ns: "2026-11-24T10:15:00.123Z".
std::string rfc3339(base::Nanos time);

}  // namespace event
