#include "event/json_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace event {

namespace {

// Enough for any double with 78 decimals.
constexpr std::size_t number_room = 420;

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Sequence {
    std::uint8_t length;  // bytes that belong together
    bool valid;
};

// The UTF-8 sequence that begins with a byte of 0x80 and above; when it is wrong, the bytes that
// one U+FFFD replaces (Unicode 15, table 3-7 and section 3.9).
Sequence sequence_at(std::string_view text, std::size_t at) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    std::uint8_t length = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    } else {
        return {1, false};
    }
    for (std::uint8_t i = 1; i < length; ++i) {
        if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high) return {i, false};
        low = 0x80;
        high = 0xBF;
    }
    return {length, true};
}

void append_escape(unsigned char c, std::string& out) {
    static constexpr char hex[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out.append("\\\"");
            return;
        case '\\':
            out.append("\\\\");
            return;
        case '\n':
            out.append("\\n");
            return;
        case '\r':
            out.append("\\r");
            return;
        case '\t':
            out.append("\\t");
            return;
        default:
            out.append("\\u00");
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
    }
}

// Bytes that go into a JSON string as they are.
constexpr auto plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (int c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
    return plain;
}();

template <bool escape>
void append_utf8(std::string_view text, std::string& out) {
    std::size_t done = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (plain_bytes[c] || (!escape && c < 0x80)) {
            ++at;
            continue;
        }
        if (c < 0x80) {
            out.append(text, done, at - done);
            append_escape(c, out);
            done = ++at;
            continue;
        }
        const auto [length, valid] = sequence_at(text, at);
        if (!valid) {
            out.append(text, done, at - done);
            out.append(replacement);
            done = at + length;
        }
        at += length;
    }
    out.append(text, done, at - done);
}

void append_padded(std::uint64_t value, int width, std::string& out) {
    char digits[20];
    for (int at = width - 1; at >= 0; --at) {
        digits[at] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(digits, static_cast<std::size_t>(width));
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

// What floor_divide leaves: from 0 to by - 1. Not by multiplying back, which overflows near the
// ends of the range.
std::int64_t floor_modulo(std::int64_t value, std::int64_t by) {
    const std::int64_t rest = value % by;
    return rest < 0 ? rest + by : rest;
}

constexpr std::uint32_t tens[] = {1,       10,        100,        1'000,       10'000,
                                  100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

void append_fraction(std::int64_t nanos, unsigned decimals, std::string& out) {
    append_padded(static_cast<std::uint64_t>(nanos) / tens[9 - decimals],
                  static_cast<int>(decimals), out);
}

void append_zone(const TimeForm& form, std::string& out) {
    if (form.zone == 'n') return;
    if (form.zone == 'Z' || form.zone == 'z') {
        out.push_back(form.zone);
        return;
    }
    out.push_back(form.negative ? '-' : '+');
    append_padded(form.minutes / 60, 2, out);
    if (form.zone == 'o') out.push_back(':');
    append_padded(form.minutes % 60, 2, out);
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
    out.push_back('"');
    append_utf8<true>(text, out);
    out.push_back('"');
}

void append_valid_utf8(std::string_view text, std::string& out) { append_utf8<false>(text, out); }

void append_integer(std::int64_t value, std::string& out) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    out.append(digits, end);
}

void append_number(double value, std::string& out) {
    const double size = std::fabs(value);
    if (!std::isfinite(value)) {
        out.append("null");
        return;
    }
    if (size != 0 && (size < 1e-6 || size >= 1e21)) {
        append_scientific(value, {.plus = true}, out);
        return;
    }
    char digits[number_room];
    const auto end =
        std::to_chars(digits, digits + sizeof(digits), value, std::chars_format::fixed).ptr;
    out.append(digits, end);
}

void append_decimal(double value, int decimals, std::string& out) {
    if (!std::isfinite(value) || decimals < 0 || decimals > 78) {
        append_number(value, out);
        return;
    }
    char digits[number_room];
    const auto end =
        std::to_chars(digits, digits + sizeof(digits), value, std::chars_format::fixed, decimals)
            .ptr;
    out.append(digits, end);
}

void append_scientific(double value, ExponentForm form, std::string& out) {
    if (!std::isfinite(value) || form.decimals > 78) {
        out.append("null");
        return;
    }
    char digits[number_room];
    const auto format = std::chars_format::scientific;
    char* const limit = digits + sizeof(digits);
    char* const end = form.decimals < 0
                          ? std::to_chars(digits, limit, value, format).ptr
                          : std::to_chars(digits, limit, value, format, form.decimals).ptr;
    // to_chars writes the exponent as e, a sign, and at least two digits.
    char* exponent = end - 1;
    while (exponent > digits && *exponent != 'e') --exponent;
    out.append(digits, exponent);
    out.push_back(form.upper ? 'E' : 'e');
    char* number = exponent + 1;
    if (*number == '-' || form.plus) out.push_back(*number);
    ++number;
    if (!form.two_digits && *number == '0' && number + 1 < end) ++number;
    out.append(number, end);
}

std::int64_t days_of_date(std::int64_t year, unsigned month, unsigned day) {
    // Hinnant's days_from_civil.
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto of_era = static_cast<unsigned>(year - era * 400);
    const unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146097 + static_cast<std::int64_t>(days) - 719468;
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": civil_from_days.
Date date_of_days(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
    const unsigned shifted = (5 * of_year + 2) / 153;
    const unsigned day = of_year - (153 * shifted + 2) / 5 + 1;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {static_cast<std::int64_t>(year) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

void append_time(base::Nanos time, const TimeForm& form, std::string& out) {
    std::int64_t seconds = floor_divide(time, base::second);
    const std::int64_t nanos = floor_modulo(time, base::second);
    const auto offset = static_cast<std::int64_t>(form.minutes) * 60;
    seconds += form.negative ? -offset : offset;
    const std::int64_t days = floor_divide(seconds, 86400);
    const auto of_day = static_cast<std::uint64_t>(seconds - days * 86400);
    const Date date = date_of_days(days);
    append_padded(static_cast<std::uint64_t>(date.year), 4, out);
    out.push_back('-');
    append_padded(date.month, 2, out);
    out.push_back('-');
    append_padded(date.day, 2, out);
    out.push_back(form.separator == 'C' ? 'T' : form.separator == 'c' ? ' ' : form.separator);
    append_padded(of_day / 3600, 2, out);
    out.push_back(':');
    append_padded(of_day / 60 % 60, 2, out);
    out.push_back(':');
    append_padded(of_day % 60, 2, out);
    if (form.decimals > 0) {
        out.push_back(form.separator == 'C' || form.separator == 'c' ? ',' : '.');
        append_fraction(nanos, form.decimals <= 9 ? form.decimals : 9, out);
    }
    append_zone(form, out);
}

base::Nanos nanos_of_unit(char unit) {
    switch (unit) {
        case 's':
            return base::second;
        case 'm':
            return base::millisecond;
        case 'u':
            return base::microsecond;
        default:
            return 1;
    }
}

void append_epoch(base::Nanos time, EpochForm form, std::string& out) {
    const base::Nanos unit = nanos_of_unit(form.unit);
    const std::int64_t whole = floor_divide(time, unit);
    append_integer(whole, out);
    if (form.decimals == 0) return;
    out.push_back('.');
    // The rest as a part of a second, so that its first digits are the unit's decimals.
    const std::int64_t rest = floor_modulo(time, unit) * (base::second / unit);
    append_fraction(rest, form.decimals <= 9 ? form.decimals : 9, out);
}

std::string rfc3339(base::Nanos time) {
    const std::int64_t nanos = floor_modulo(time, base::second);
    TimeForm form;
    if (nanos % base::microsecond != 0) {
        form.decimals = 9;
    } else if (nanos % base::millisecond != 0) {
        form.decimals = 6;
    } else if (nanos != 0) {
        form.decimals = 3;
    }
    std::string text;
    append_time(time, form, text);
    return text;
}

}  // namespace event
