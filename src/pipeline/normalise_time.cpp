#include "pipeline/normalise_time.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <limits>

#include "base/log.h"

namespace pipeline {

namespace {

constexpr std::string_view time_names[] = {
    "@timestamp", "timestamp",    "time",           "ts",   "datetime", "eventTime", "event_time",
    "Timestamp",  "timeUnixNano", "time_unix_nano", "date",
};

constexpr std::size_t fixed_size = 19;  // 2026-11-24T10:15:00

constexpr std::uint32_t tens[] = {1,       10,        100,        1'000,       10'000,
                                  100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Two digits as a number; above 99 when they are none.
unsigned pair_at(std::string_view text, std::size_t at) {
    const unsigned high = static_cast<unsigned char>(text[at]) - unsigned{'0'};
    const unsigned low = static_cast<unsigned char>(text[at + 1]) - unsigned{'0'};
    return high > 9 || low > 9 ? 100 : high * 10 + low;
}

unsigned days_in(unsigned year, unsigned month) {
    static constexpr std::uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

// The first 19 bytes as seconds since 1970, as if they were UTC.
std::optional<std::int64_t> fixed_part(std::string_view text) {
    const unsigned century = pair_at(text, 0);
    const unsigned of_century = pair_at(text, 2);
    const unsigned month = pair_at(text, 5);
    const unsigned day = pair_at(text, 8);
    const unsigned hour = pair_at(text, 11);
    const unsigned minute = pair_at(text, 14);
    const unsigned second = pair_at(text, 17);
    if (text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return {};
    if (century > 99 || of_century > 99 || hour > 23 || minute > 59 || second > 60) return {};
    const unsigned year = century * 100 + of_century;
    if (year < 1678 || year > 2261 || month < 1 || month > 12) return {};
    if (day < 1 || day > days_in(year, month)) return {};
    const unsigned of_day = hour * 3600 + minute * 60 + second;
    return event::days_of_date(year, month, day) * 86400 + of_day;
}

}  // namespace

std::optional<std::uint8_t> time_priority(std::string_view name) {
    for (std::size_t at = 0; at < std::size(time_names); ++at) {
        if (time_names[at] == name) return static_cast<std::uint8_t>(at);
    }
    return std::nullopt;
}

struct TimeReader::Zone {
    absl::TimeZone zone;
    // The offset of the minute that was asked for last.
    std::int64_t minute = std::numeric_limits<std::int64_t>::min();
    std::int64_t seconds = 0;
};

TimeReader::TimeReader() = default;
TimeReader::~TimeReader() = default;

void TimeReader::zone(const std::string& name) {
    if (name == name_) return;
    name_ = name;
    zone_.reset();
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(name, &zone)) {
        base::log().warn(
            "unknown time zone '{}', expected a name such as Europe/Moscow; UTC is used", name);
        return;
    }
    if (name == "UTC") return;
    zone_ = std::make_unique<Zone>();
    zone_->zone = zone;
}

std::optional<TimeText> TimeReader::text(std::string_view value) {
    if (value.size() < fixed_size || value[4] != '-') return number(value);
    TimeText read;
    read.exact = true;
    switch (value[10]) {
        case 'T':
        case 't':
        case ' ':
            read.form.separator = value[10];
            break;
        default:
            return std::nullopt;
    }
    const auto local = fixed_part(value);
    if (!local) return std::nullopt;
    if (value[17] == '6') read.exact = false;  // a leap second becomes the next minute's first
    return rest(value.substr(fixed_size), *local, read);
}

// Fraction and offset.
std::optional<TimeText> TimeReader::rest(std::string_view value, std::int64_t local,
                                         TimeText read) {
    std::int64_t nanos = 0;
    if (!value.empty() && (value[0] == '.' || value[0] == ',')) {
        std::size_t digits = 0;
        while (digits + 1 < value.size() && is_digit(value[digits + 1])) {
            if (digits < 9) nanos = nanos * 10 + (value[digits + 1] - '0');
            ++digits;
        }
        if (digits == 0) return std::nullopt;
        if (value[0] == ',') {
            if (read.form.separator == 't') read.exact = false;
            read.form.separator = read.form.separator == ' ' ? 'c' : 'C';
        }
        if (digits > 9) read.exact = false;
        read.form.decimals = static_cast<std::uint8_t>(digits < 9 ? digits : 9);
        nanos *= tens[9 - read.form.decimals];
        value.remove_prefix(digits + 1);
    }
    if (!value.empty() ? !offset(value, read) : !local_offset(local, read)) return std::nullopt;
    const std::int64_t shift =
        read.form.zone == 'n' && zone_ != nullptr
            ? zone_->seconds
            : static_cast<std::int64_t>(read.form.minutes) * 60 * (read.form.negative ? -1 : 1);
    read.time = (local - shift) * base::second + nanos;
    return read;
}

// Z, +03:00, +0300 or +03.
bool TimeReader::offset(std::string_view text, TimeText& read) const {
    if (text.size() == 1 && (text[0] == 'Z' || text[0] == 'z')) {
        read.form.zone = text[0];
        return true;
    }
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return false;
    const unsigned hours = pair_at(text, 1);
    unsigned minutes = 0;
    if (text.size() == 6 && text[3] == ':') {
        minutes = pair_at(text, 4);
        read.form.zone = 'o';
    } else if (text.size() == 5) {
        minutes = pair_at(text, 3);
        read.form.zone = 'b';
    } else if (text.size() == 3) {
        read.exact = false;
    } else {
        return false;
    }
    if (hours > 23 || minutes > 59) return false;
    read.form.minutes = static_cast<std::uint16_t>(hours * 60 + minutes);
    read.form.negative = text[0] == '-';
    return true;
}

bool TimeReader::local_offset(std::int64_t local, TimeText& read) {
    read.form.zone = 'n';
    if (zone_ == nullptr) return true;
    if (zone_->minute != local / 60) {
        // Of a time that a clock change shows twice, the first; of one that it skips, as if it had
        // not been changed.
        const absl::CivilSecond civil = absl::CivilSecond() + local;
        const absl::Time time = zone_->zone.At(civil).pre;
        zone_->minute = local / 60;
        zone_->seconds = local - absl::ToUnixSeconds(time);
    }
    const std::int64_t seconds = zone_->seconds;
    read.form.negative = seconds < 0;
    const std::int64_t size = seconds < 0 ? -seconds : seconds;
    read.form.minutes = static_cast<std::uint16_t>(size / 60);
    if (size % 60 != 0) read.exact = false;
    return true;
}

std::optional<TimeText> TimeReader::number(std::string_view digits) {
    std::size_t at = 0;
    std::uint64_t whole = 0;
    while (at < digits.size() && is_digit(digits[at])) {
        if (at == 19) return std::nullopt;
        whole = whole * 10 + static_cast<std::uint64_t>(digits[at++] - '0');
    }
    if (at == 0 || whole < 100'000'000 || digits[0] == '0') return std::nullopt;
    TimeText read;
    read.epoch = true;
    read.exact = true;
    int most = 0;  // decimals that are whole nanoseconds
    if (whole < 100'000'000'000) {
        read.epoch_form.unit = 's';
        most = 9;
    } else if (whole < 100'000'000'000'000) {
        read.epoch_form.unit = 'm';
        most = 6;
    } else if (whole < 100'000'000'000'000'000) {
        read.epoch_form.unit = 'u';
        most = 3;
    } else {
        read.epoch_form.unit = 'n';
    }
    const auto unit = static_cast<std::uint64_t>(event::nanos_of_unit(read.epoch_form.unit));
    if (whole > std::uint64_t{std::numeric_limits<std::int64_t>::max()} / unit - 1)
        return std::nullopt;
    std::uint64_t part = 0;
    if (at < digits.size()) {
        if (digits[at] != '.' || at + 1 == digits.size()) return std::nullopt;
        int decimals = 0;
        for (++at; at < digits.size(); ++at, ++decimals) {
            if (!is_digit(digits[at])) return std::nullopt;
            if (decimals < most) part = part * 10 + static_cast<std::uint64_t>(digits[at] - '0');
        }
        if (decimals > most) {
            read.exact = false;
            decimals = most;
        }
        part *= tens[most - decimals];
        read.epoch_form.decimals = static_cast<std::uint8_t>(decimals);
    }
    read.time = static_cast<base::Nanos>(whole * unit + part);
    return read;
}

}  // namespace pipeline
