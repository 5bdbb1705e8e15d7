#include "query/esql/date.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "event/json_text.h"

namespace query::esql {

namespace {

constexpr base::Nanos floor_by(base::Nanos value, base::Nanos step) {
    base::Nanos rest = value % step;
    if (rest < 0) rest += step;
    base::Nanos result = 0;
    // Beyond the first time that there is: that one.
    if (__builtin_sub_overflow(value, rest, &result)) return value;
    return result;
}

constexpr std::int64_t days(base::Nanos time) { return floor_by(time, base::day) / base::day; }

int last_day(std::int64_t year, int month) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : lengths[month - 1];
}

// Months since January 1970.
std::int64_t month_number(const Civil& civil) { return (civil.year - 1970) * 12 + civil.month - 1; }

bool at_month(std::int64_t month, int day, base::Nanos nanos, base::Nanos& result) {
    const std::int64_t years = month >= 0 ? month / 12 : -((-month + 11) / 12);
    const std::int64_t year = 1970 + years;
    if (year < 1678 || year > 2261) return false;
    const int in_year = static_cast<int>(month - years * 12) + 1;
    const std::int64_t number =
        event::days_of_date(year, static_cast<unsigned>(in_year),
                            static_cast<unsigned>(std::min(day, last_day(year, in_year))));
    return !__builtin_mul_overflow(number, base::day, &result) &&
           !__builtin_add_overflow(result, nanos, &result);
}

// Whole months from one time to another.
std::int64_t months_between(base::Nanos from, base::Nanos to) {
    const Civil one = civil_of(from);
    const Civil other = civil_of(to);
    std::int64_t months = month_number(other) - month_number(one);
    const auto rest = [](const Civil& civil) { return std::pair(civil.day, civil.nanos); };
    if (months > 0 && rest(other) < rest(one)) --months;
    if (months < 0 && rest(other) > rest(one)) ++months;
    return months;
}

}  // namespace

Civil civil_of(base::Nanos time) {
    const std::int64_t number = days(time);
    const event::Date date = event::date_of_days(number);
    return {date.year, static_cast<int>(date.month), static_cast<int>(date.day),
            time - number * base::day};
}

bool moved(base::Nanos time, Span span, base::Nanos& result) {
    if (span.months == 0) return !__builtin_add_overflow(time, span.nanos, &result);
    const Civil civil = civil_of(time);
    return at_month(month_number(civil) + span.months, civil.day, civil.nanos, result);
}

base::Nanos truncated(base::Nanos time, Span span) {
    if (span.months == 0) {
        constexpr base::Nanos week = 7 * base::day;
        constexpr base::Nanos monday = 4 * base::day;  // the first one after 1970 began
        const bool weeks = span.nanos % week == 0;
        base::Nanos result = time;
        if (!weeks || time < std::numeric_limits<base::Nanos>::min() + week)
            return floor_by(time, span.nanos);
        result = floor_by(time - monday, span.nanos);
        return result + monday;
    }
    const std::int64_t month = month_number(civil_of(time));
    std::int64_t rest = month % span.months;
    if (rest < 0) rest += span.months;
    base::Nanos result = time;
    return at_month(month - rest, 1, 0, result) ? result : time;
}

Span span_for(std::size_t count, base::Nanos from, base::Nanos to) {
    constexpr base::Nanos ms = base::millisecond;
    constexpr std::array<Span, 23> spans = {{{1, 0},
                                             {0, 7 * base::day},
                                             {0, base::day},
                                             {0, 12 * base::hour},
                                             {0, 3 * base::hour},
                                             {0, base::hour},
                                             {0, 30 * base::minute},
                                             {0, 10 * base::minute},
                                             {0, 5 * base::minute},
                                             {0, base::minute},
                                             {0, 30 * base::second},
                                             {0, 10 * base::second},
                                             {0, 5 * base::second},
                                             {0, base::second},
                                             {0, 100 * ms},
                                             {0, 50 * ms},
                                             {0, 20 * ms},
                                             {0, 10 * ms},
                                             {0, 5 * ms},
                                             {0, 2 * ms},
                                             {0, ms},
                                             {0, ms},
                                             {0, ms}}};
    Span best{12, 0};
    for (const Span& span : spans) {
        base::Nanos at = truncated(from, span);
        std::size_t used = 0;
        while (used < count && at < to && moved(at, span, at)) ++used;
        if (at < to) break;
        best = span;
    }
    return best;
}

std::optional<DateField> date_field(std::string_view name) {
    struct Entry {
        std::string_view name;
        DateField field;
    };
    static constexpr std::array<Entry, 27> entries = {{
        {"year", [](base::Nanos t) { return civil_of(t).year; }},
        {"year_of_era", [](base::Nanos t) { return civil_of(t).year; }},
        {"proleptic_month",
         [](base::Nanos t) { return civil_of(t).year * 12 + civil_of(t).month - 1; }},
        {"month_of_year", [](base::Nanos t) { return std::int64_t{civil_of(t).month}; }},
        {"day_of_month", [](base::Nanos t) { return std::int64_t{civil_of(t).day}; }},
        {"day_of_week", [](base::Nanos t) { return ((days(t) + 3) % 7 + 7) % 7 + 1; }},
        {"day_of_year",
         [](base::Nanos t) { return days(t) - event::days_of_date(civil_of(t).year, 1, 1) + 1; }},
        {"aligned_week_of_month",
         [](base::Nanos t) { return std::int64_t{(civil_of(t).day - 1) / 7 + 1}; }},
        {"aligned_week_of_year",
         [](base::Nanos t) {
             return (days(t) - event::days_of_date(civil_of(t).year, 1, 1)) / 7 + 1;
         }},
        {"aligned_day_of_week_in_month",
         [](base::Nanos t) { return std::int64_t{(civil_of(t).day - 1) % 7 + 1}; }},
        {"aligned_day_of_week_in_year",
         [](base::Nanos t) {
             return (days(t) - event::days_of_date(civil_of(t).year, 1, 1)) % 7 + 1;
         }},
        {"epoch_day", [](base::Nanos t) { return days(t); }},
        {"era", [](base::Nanos) { return std::int64_t{1}; }},
        {"ampm_of_day", [](base::Nanos t) { return civil_of(t).nanos / (12 * base::hour); }},
        {"hour_of_day", [](base::Nanos t) { return civil_of(t).nanos / base::hour; }},
        {"hour_of_ampm", [](base::Nanos t) { return civil_of(t).nanos / base::hour % 12; }},
        {"clock_hour_of_day",
         [](base::Nanos t) { return (civil_of(t).nanos / base::hour + 23) % 24 + 1; }},
        {"clock_hour_of_ampm",
         [](base::Nanos t) { return (civil_of(t).nanos / base::hour + 11) % 12 + 1; }},
        {"minute_of_hour", [](base::Nanos t) { return civil_of(t).nanos / base::minute % 60; }},
        {"minute_of_day", [](base::Nanos t) { return civil_of(t).nanos / base::minute; }},
        {"second_of_minute", [](base::Nanos t) { return civil_of(t).nanos / base::second % 60; }},
        {"second_of_day", [](base::Nanos t) { return civil_of(t).nanos / base::second; }},
        {"milli_of_second", [](base::Nanos t) { return civil_of(t).nanos / 1'000'000 % 1000; }},
        {"milli_of_day", [](base::Nanos t) { return civil_of(t).nanos / 1'000'000; }},
        {"micro_of_second", [](base::Nanos t) { return civil_of(t).nanos / 1000 % 1'000'000; }},
        {"nano_of_second", [](base::Nanos t) { return civil_of(t).nanos % base::second; }},
        {"instant_seconds", [](base::Nanos t) { return floor_by(t, base::second) / base::second; }},
    }};
    const auto* found = std::find_if(entries.begin(), entries.end(),
                                     [&](const Entry& entry) { return entry.name == name; });
    return found == entries.end() ? std::nullopt : std::optional(found->field);
}

std::optional<std::int64_t> date_difference(std::string_view unit, base::Nanos from,
                                            base::Nanos to) {
    struct Entry {
        std::string_view names;
        std::int64_t months;
        base::Nanos nanos;
    };
    static constexpr std::array<Entry, 11> entries = {{
        {" year years yy yyyy ", 12, 0},
        {" quarter quarters qq q ", 3, 0},
        {" month months mm m ", 1, 0},
        {" week weeks wk ww ", 0, 7 * base::day},
        {" day days dd d dayofyear dy y weekday weekdays dw ", 0, base::day},
        {" hour hours hh ", 0, base::hour},
        {" minute minutes mi n ", 0, base::minute},
        {" second seconds ss s ", 0, base::second},
        {" millisecond milliseconds ms ", 0, base::millisecond},
        {" microsecond microseconds mcs ", 0, base::microsecond},
        {" nanosecond nanoseconds ns ", 0, 1},
    }};
    const std::string wanted = " " + std::string(unit) + " ";
    for (const Entry& entry : entries) {
        if (entry.names.find(wanted) == std::string_view::npos) continue;
        if (entry.months != 0) return months_between(from, to) / entry.months;
        base::Nanos difference = 0;
        if (__builtin_sub_overflow(to, from, &difference)) return std::nullopt;
        return difference / entry.nanos;
    }
    return std::nullopt;
}

}  // namespace query::esql
