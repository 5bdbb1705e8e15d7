#include "query/time_text.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <limits>

namespace query {

namespace {

using base::Nanos;

constexpr std::string_view expected =
    "expected a time such as 2026-11-24, 2026-11-24T10:15:00Z, now-15m, now/d or epoch "
    "milliseconds";

base::Error refuse(std::string_view text, std::size_t offset) {
    base::Error error = base::invalid(fmt::format("{}, found '{}'", expected, text.substr(0, 100)));
    error.offset = offset < text.size() ? offset : 0;
    error.length = text.size() - error.offset;
    return error;
}

// Field by field, so that "2026-02-30" and years that nanoseconds cannot hold are seen.
struct Civil {
    int year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    Nanos nanos = 0;
    int offset_minutes = 0;
};

std::optional<Nanos> nanos_of(const Civil& civil) {
    const std::chrono::year_month_day date{std::chrono::year(civil.year),
                                           std::chrono::month(civil.month),
                                           std::chrono::day(civil.day)};
    if (!date.ok() || civil.hour > 23 || civil.minute > 59 || civil.second > 60)
        return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t seconds = days * 86400 + std::int64_t{civil.hour} * 3600 +
                                 std::int64_t{civil.minute - civil.offset_minutes} * 60 +
                                 civil.second;
    Nanos nanos = 0;
    if (__builtin_mul_overflow(seconds, base::second, &nanos)) return std::nullopt;
    if (__builtin_add_overflow(nanos, civil.nanos, &nanos)) return std::nullopt;
    return nanos;
}

enum class Unit : char {
    year = 'y',
    month = 'M',
    week = 'w',
    day = 'd',
    hour = 'h',
    minute = 'm',
    second = 's'
};

std::optional<Unit> unit_of(char c) {
    switch (c) {
        case 'y':
        case 'M':
        case 'w':
        case 'd':
        case 'h':
        case 'm':
        case 's':
            return static_cast<Unit>(c);
        case 'H':
            return Unit::hour;
        default:
            return std::nullopt;
    }
}

Nanos length_of(Unit unit) {
    switch (unit) {
        case Unit::week:
            return 7 * base::day;
        case Unit::day:
            return base::day;
        case Unit::hour:
            return base::hour;
        case Unit::minute:
            return base::minute;
        default:
            return base::second;
    }
}

// Months are counted by the calendar: the day stays, or becomes the month's last one.
std::optional<Nanos> add_months(Nanos time, std::int64_t months) {
    const std::int64_t days = base::day_of(time);
    const Nanos rest = time - days * base::day;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    std::int64_t month = static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 +
                         static_cast<unsigned>(date.month()) - 1;
    if (__builtin_add_overflow(month, months, &month) || month / 12 < 1600 || month / 12 > 2400) {
        return std::nullopt;
    }
    const std::chrono::year_month moved{std::chrono::year(static_cast<int>(month / 12)),
                                        std::chrono::month(static_cast<unsigned>(month % 12 + 1))};
    const auto last = std::chrono::year_month_day_last(moved / std::chrono::last).day();
    Civil civil;
    civil.year = static_cast<int>(moved.year());
    civil.month = static_cast<unsigned>(moved.month());
    civil.day = static_cast<unsigned>(date.day() < last ? date.day() : last);
    civil.nanos = rest;
    return nanos_of(civil);
}

std::optional<Nanos> add(Nanos time, std::int64_t count, Unit unit) {
    if (unit == Unit::year || unit == Unit::month) {
        std::int64_t months = 0;
        if (__builtin_mul_overflow(count, unit == Unit::year ? 12 : 1, &months))
            return std::nullopt;
        return add_months(time, months);
    }
    Nanos moved = 0;
    if (__builtin_mul_overflow(count, length_of(unit), &moved)) return std::nullopt;
    if (__builtin_add_overflow(time, moved, &moved)) return std::nullopt;
    return moved;
}

std::optional<Nanos> floor_to(Nanos time, Unit unit) {
    const std::int64_t days = base::day_of(time);
    switch (unit) {
        case Unit::year:
        case Unit::month: {
            const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
            Civil civil;
            civil.year = static_cast<int>(date.year());
            if (unit == Unit::month) civil.month = static_cast<unsigned>(date.month());
            return nanos_of(civil);
        }
        case Unit::week: {
            // 1970-01-01 was a Thursday: the Monday before it is day -3.
            const std::int64_t in_week = ((days + 3) % 7 + 7) % 7;
            return add(days * base::day, -in_week, Unit::day);
        }
        default: {
            const Nanos length = length_of(unit);
            const Nanos rest = time % length;
            return add(time - rest, rest < 0 ? -1 : 0, unit);
        }
    }
}

class TimeReader {
  public:
    TimeReader(std::string_view text, Nanos now) : text_(text), now_(now) {}

    base::Result<TimeSpan> read() {
        if (text_.starts_with("now")) {
            at_ = 3;
            return math({now_, now_ + 1});
        }
        const std::size_t bars = text_.find("||");
        if (bars != std::string_view::npos) {
            TRY(const TimeSpan anchor, date(text_.substr(0, bars)));
            at_ = bars + 2;
            return math(anchor);
        }
        return date(text_);
    }

  private:
    base::Error here() const { return refuse(text_, at_); }

    std::optional<int> digits(std::size_t least, std::size_t most) {
        int value = 0;
        std::size_t count = 0;
        while (count < most && at_ < end_ && text_[at_] >= '0' && text_[at_] <= '9') {
            value = value * 10 + (text_[at_++] - '0');
            ++count;
        }
        if (count < least) return std::nullopt;
        return value;
    }

    bool take(char c) {
        if (at_ >= end_ || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    // After the seconds: ".123456789"; the precision it was given with is the span.
    bool fraction(Civil& civil, Nanos& precision) {
        if (!take('.') && !take(',')) return true;
        Nanos scale = base::second;
        std::size_t count = 0;
        while (at_ < end_ && text_[at_] >= '0' && text_[at_] <= '9') {
            if (scale > 1) {
                scale /= 10;
                civil.nanos += (text_[at_] - '0') * scale;
            }
            ++at_;
            ++count;
        }
        precision = scale;
        return count > 0;
    }

    bool zone(Civil& civil) {
        if (at_ == end_ || take('Z') || take('z')) return true;
        const bool minus = take('-');
        if (!minus && !take('+')) return false;
        const auto hours = digits(2, 2);
        if (!hours || *hours > 23) return false;
        take(':');
        const int minutes = digits(2, 2).value_or(0);
        if (minutes > 59) return false;
        civil.offset_minutes = (*hours * 60 + minutes) * (minus ? -1 : 1);
        return true;
    }

    // From the hour on. False where it is none; sets the span's length.
    bool time_of_day(Civil& civil, Nanos& precision) {
        const auto hour = digits(2, 2);
        if (!hour) return false;
        civil.hour = *hour;
        precision = base::hour;
        if (take(':')) {
            const auto minute = digits(2, 2);
            if (!minute) return false;
            civil.minute = *minute;
            precision = base::minute;
            if (take(':')) {
                const auto second = digits(2, 2);
                if (!second) return false;
                civil.second = *second;
                precision = base::second;
                if (!fraction(civil, precision)) return false;
            }
        }
        return zone(civil);
    }

    base::Result<TimeSpan> date(std::string_view part) {
        end_ = part.size();
        at_ = 0;
        Civil civil;
        Unit coarse = Unit::year;
        Nanos precision = 0;
        const auto year = digits(4, 4);
        if (!year) return here();
        civil.year = *year;
        if (take('-')) {
            const auto month = digits(1, 2);
            if (!month) return here();
            civil.month = static_cast<unsigned>(*month);
            coarse = Unit::month;
            if (take('-')) {
                const auto day = digits(1, 2);
                if (!day) return here();
                civil.day = static_cast<unsigned>(*day);
                coarse = Unit::day;
                if (take('T') || take('t') || take(' ')) {
                    if (!time_of_day(civil, precision)) return here();
                }
            }
        }
        if (at_ != end_) return here();
        const auto begin = nanos_of(civil);
        if (!begin) return refuse(text_, 0);
        const auto end = precision > 0 ? add(*begin, 1, Unit::second) : add(*begin, 1, coarse);
        if (!end) return refuse(text_, 0);
        return TimeSpan{*begin, precision > 0 ? *begin + precision : *end};
    }

    base::Result<TimeSpan> math(TimeSpan span) {
        end_ = text_.size();
        while (at_ < end_) {
            const char operation = text_[at_++];
            const bool rounding = operation == '/';
            if (!rounding && operation != '+' && operation != '-') {
                --at_;
                return here();
            }
            std::int64_t count = 1;
            if (!rounding) count = digits(0, 9).value_or(0);
            if (!rounding && !(text_[at_ - 1] >= '0' && text_[at_ - 1] <= '9')) count = 1;
            const auto unit = at_ < end_ ? unit_of(text_[at_]) : std::nullopt;
            if (!unit) return here();
            ++at_;
            if (operation == '-') count = -count;
            const auto begin =
                rounding ? floor_to(span.begin, *unit) : add(span.begin, count, *unit);
            if (!begin) return refuse(text_, 0);
            const auto end = rounding ? add(*begin, 1, *unit) : add(span.end, count, *unit);
            if (!end) return refuse(text_, 0);
            span = {*begin, *end > *begin ? *end : *begin + 1};
        }
        return span;
    }

    std::string_view text_;
    Nanos now_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

base::Result<TimeSpan> parse_time(std::string_view text, Nanos now) {
    const std::string_view number = trim(text);
    const bool negative = number.starts_with('-');
    const std::string_view figures = number.substr(negative ? 1 : 0);
    if ((negative || figures.size() > 4) && !figures.empty() && figures.size() <= 13 &&
        figures.find_first_not_of("0123456789") == std::string_view::npos) {
        std::int64_t millis = 0;
        for (const char c : figures) millis = millis * 10 + (c - '0');
        Nanos begin = 0;
        if (!__builtin_mul_overflow(negative ? -millis : millis, base::millisecond, &begin) &&
            begin < std::numeric_limits<Nanos>::max() - base::millisecond) {
            return TimeSpan{begin, begin + base::millisecond};
        }
    }
    return TimeReader(number, now).read();
}

std::optional<TimeSpan> date_of(std::string_view text, Nanos now) {
    text = trim(text);
    const bool date = text.size() >= 7 && text[4] == '-';
    if (!date && !text.starts_with("now") && text.find("||") == std::string_view::npos)
        return std::nullopt;
    const auto span = TimeReader(text, now).read();
    if (!span) return std::nullopt;
    return span.value();
}

base::Result<Nanos> parse_interval(std::string_view text) {
    const auto refusal = [text] {
        return base::invalid(fmt::format(
            "expected an interval such as 30s, 5m, 1h or 1d, found '{}'", text.substr(0, 100)));
    };
    std::int64_t count = 0;
    std::size_t at = 0;
    while (at < text.size() && at < 10 && text[at] >= '0' && text[at] <= '9') {
        count = count * 10 + (text[at++] - '0');
    }
    if (count == 0) return refusal();
    const std::string_view name = text.substr(at);
    Nanos unit = 0;
    if (name == "ms") {
        unit = base::millisecond;
    } else if (name.size() == 1 && unit_of(name[0]) && name != "y" && name != "M") {
        unit = length_of(*unit_of(name[0]));
    } else {
        return refusal();
    }
    Nanos interval = 0;
    if (__builtin_mul_overflow(count, unit, &interval)) return refusal();
    return interval;
}

}  // namespace query
