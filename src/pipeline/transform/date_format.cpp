#include "pipeline/transform/date_format.h"

#include <absl/time/civil_time.h>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "pipeline/normalise_time.h"

namespace pipeline {

namespace {

constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> days = {"monday", "tuesday",  "wednesday", "thursday",
                                                  "friday", "saturday", "sunday"};
constexpr std::string_view known_letters = "yYuMdDHhKkmsSaZzE";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

bool starts_with_word(std::string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (std::size_t at = 0; at < word.size(); ++at) {
        if (std::tolower(static_cast<unsigned char>(text[at])) != word[at]) return false;
    }
    return true;
}

// The position of the name that the text begins with, whole or by its first three letters.
template <std::size_t count>
std::optional<std::size_t> take_name(const std::array<std::string_view, count>& names,
                                     std::string_view& text) {
    for (std::size_t at = 0; at < count; ++at) {
        for (const std::string_view word : {names[at], names[at].substr(0, 3)}) {
            if (!starts_with_word(text, word)) continue;
            text.remove_prefix(word.size());
            return at;
        }
    }
    return std::nullopt;
}

std::optional<int> take_number(std::string_view& text, std::size_t most) {
    int value = 0;
    std::size_t digits = 0;
    while (digits < most && digits < text.size() && is_digit(text[digits]))
        value = value * 10 + (text[digits++] - '0');
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

// +03:00, +0300, +03 or Z: minutes.
std::optional<int> take_offset(std::string_view& text) {
    if (text.starts_with('Z')) {
        text.remove_prefix(1);
        return 0;
    }
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    const int sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 18) return std::nullopt;
    if (text.starts_with(':')) text.remove_prefix(1);
    const auto minutes = take_number(text, 2).value_or(0);
    if (minutes > 59) return std::nullopt;
    return sign * (*hours * 60 + minutes);
}

std::optional<base::Nanos> unix_time(std::string_view text, double unit) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    std::int64_t whole = 0;
    const auto [last, failed] = std::from_chars(text.data(), text.data() + text.size(), whole);
    constexpr double most = 9.2e18;
    if (!(std::fabs(value) * unit < most)) return std::nullopt;
    if (failed == std::errc() && last == text.data() + text.size())
        return whole * static_cast<std::int64_t>(unit);
    const double floor = std::floor(value);
    return static_cast<std::int64_t>(floor) * static_cast<std::int64_t>(unit) +
           std::llround((value - floor) * unit);
}

}  // namespace

struct DateFormat::Parts {
    std::optional<int> year;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::int64_t nanos = 0;
    std::optional<int> day_of_year;
    std::optional<bool> afternoon;
    std::optional<int> offset;  // minutes
    std::optional<absl::TimeZone> zone;

    bool good() const {
        return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24 && minute <= 59 &&
               second <= 60;
    }

    std::optional<base::Nanos> time_in(int of_year, absl::TimeZone fallback) const {
        int h = hour;
        if (afternoon) h = h % 12 + (*afternoon ? 12 : 0);
        const absl::CivilSecond civil =
            day_of_year ? absl::CivilSecond(absl::CivilDay(of_year, 1, 1) + (*day_of_year - 1)) +
                              (h * 3600 + minute * 60 + second)
                        : absl::CivilSecond(of_year, month, day, h, minute, second);
        if (!day_of_year && absl::CivilDay(civil).day() != day && h < 24 && second < 60)
            return std::nullopt;  // 31 April
        const absl::TimeZone in =
            offset ? absl::FixedTimeZone(*offset * 60) : zone.value_or(fallback);
        const absl::Time time = absl::FromCivil(civil, in);
        if (time < absl::FromUnixSeconds(-9'000'000'000) ||
            time > absl::FromUnixSeconds(9'000'000'000))
            return std::nullopt;
        return absl::ToUnixNanos(time) + nanos;
    }
};

base::Result<DateFormat> DateFormat::parse(std::string_view form) {
    DateFormat made;
    if (form.empty()) return base::invalid("expected the form of a time, found nothing");
    if (form == "ISO8601") made.kind_ = Kind::iso8601;
    if (form == "UNIX") made.kind_ = Kind::unix_seconds;
    if (form == "UNIX_MS") made.kind_ = Kind::unix_milliseconds;
    if (made.kind_ != Kind::letters) return made;
    const auto text = [&made](std::string_view more) {
        if (made.pieces_.empty() || made.pieces_.back().letter != 0) made.pieces_.push_back({});
        made.pieces_.back().text += more;
    };
    for (std::size_t at = 0; at < form.size();) {
        const char c = form[at];
        if (c == '\'') {
            const std::size_t close = form.find('\'', at + 1);
            if (close == std::string_view::npos) return base::invalid("a quote is not closed");
            text(close == at + 1 ? "'" : form.substr(at + 1, close - at - 1));
            at = close + 1;
        } else if (is_letter(c)) {
            if (known_letters.find(c) == std::string_view::npos) {
                return base::invalid(fmt::format(
                    "'{}' in the form '{}' is not taken: expected one of {} or text in quotes", c,
                    form, known_letters));
            }
            std::size_t end = at;
            while (end < form.size() && form[end] == c) ++end;
            made.pieces_.push_back({c, end - at, {}});
            at = end;
        } else {
            text(form.substr(at, 1));
            ++at;
        }
    }
    return made;
}

// `more_digits`: a number follows at once, so that this one ends where its letters do.
bool DateFormat::read_piece(const Piece& piece, bool more_digits, std::string_view& text,
                            Parts& parts) {
    const auto number = [&](int& to, std::size_t most) {
        const auto value = take_number(text, more_digits ? piece.count : most);
        if (value) to = *value;
        return value.has_value();
    };
    int value = 0;
    switch (piece.letter) {
        case 0:
            if (!text.starts_with(piece.text)) return false;
            text.remove_prefix(piece.text.size());
            return true;
        case 'y':
        case 'Y':
        case 'u': {
            if (!number(value, piece.count == 2 ? 2 : 4)) return false;
            parts.year = piece.count == 2 ? value + (value < 70 ? 2000 : 1900) : value;
            return true;
        }
        case 'M':
            if (piece.count >= 3) {
                const auto month = take_name(months, text);
                if (month) parts.month = static_cast<int>(*month) + 1;
                return month.has_value();
            }
            return number(parts.month, 2);
        case 'd':
            // Syslog pads single digits with a space.
            while (piece.count == 1 && text.starts_with(' ')) text.remove_prefix(1);
            return number(parts.day, 2);
        case 'D':
            if (!number(value, 3) || value < 1 || value > 366) return false;
            parts.day_of_year = value;
            return true;
        case 'H':
        case 'h':
        case 'K':
        case 'k':
            if (!number(parts.hour, 2)) return false;
            if (piece.letter == 'k' && parts.hour == 24) parts.hour = 0;
            return true;
        case 'm':
            return number(parts.minute, 2);
        case 's':
            return number(parts.second, 2);
        case 'S': {
            std::int64_t unit = base::second;
            std::size_t digits = 0;
            while (digits < text.size() && is_digit(text[digits]) && unit > 1) {
                unit /= 10;
                parts.nanos += (text[digits++] - '0') * unit;
            }
            text.remove_prefix(digits);
            return digits > 0;
        }
        case 'a':
            if (!starts_with_word(text, "am") && !starts_with_word(text, "pm")) return false;
            parts.afternoon = starts_with_word(text, "pm");
            text.remove_prefix(2);
            return true;
        case 'E':
            return take_name(days, text).has_value();
        default: {  // Z, z
            if ((parts.offset = take_offset(text))) return true;
            std::size_t end = 0;
            while (end < text.size() && (is_letter(text[end]) || text[end] == '/' ||
                                         text[end] == '_' || text[end] == '+' || text[end] == '-'))
                ++end;
            absl::TimeZone zone;
            if (end == 0 || !absl::LoadTimeZone(std::string(text.substr(0, end)), &zone))
                return false;
            parts.zone = zone;
            text.remove_prefix(end);
            return true;
        }
    }
}

std::optional<base::Nanos> DateFormat::read(std::string_view text, absl::TimeZone zone,
                                            base::Nanos now) const {
    if (kind_ == Kind::unix_seconds) return unix_time(text, base::second);
    if (kind_ == Kind::unix_milliseconds) return unix_time(text, base::millisecond);
    if (kind_ == Kind::iso8601) {
        TimeReader reader;
        reader.zone(zone.name());
        const auto read = reader.text(text);
        return read && !read->epoch ? std::optional(read->time) : std::nullopt;
    }
    constexpr std::string_view numbers = "yYudDHhKkmsS";
    Parts parts;
    for (std::size_t at = 0; at < pieces_.size(); ++at) {
        const Piece* const next = at + 1 < pieces_.size() ? &pieces_[at + 1] : nullptr;
        const bool more_digits = next != nullptr && next->letter != 0 &&
                                 (numbers.find(next->letter) != std::string_view::npos ||
                                  (next->letter == 'M' && next->count < 3));
        if (!read_piece(pieces_[at], more_digits, text, parts)) return std::nullopt;
    }
    if (!text.empty() || !parts.good()) return std::nullopt;
    if (parts.year) return parts.time_in(*parts.year, zone);
    const int year = static_cast<int>(absl::ToCivilYear(absl::FromUnixNanos(now), zone).year());
    for (const int candidate : {year + 1, year, year - 1}) {
        const auto time = parts.time_in(candidate, zone);
        if (time && *time <= now + base::day) return time;
    }
    return std::nullopt;
}

}  // namespace pipeline
