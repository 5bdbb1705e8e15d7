#include "query/dsl/time_zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <chrono>

#include "base/parse_number.h"

namespace query::dsl {

struct TimeZone::Rules {
    absl::TimeZone zone;
};

namespace {

// "+03:00", "-0330", "+3".
std::optional<base::Nanos> offset_of(std::string_view text) {
    const bool minus = text.front() == '-';
    text.remove_prefix(1);
    std::string digits;
    for (const char c : text) {
        if (c != ':') digits.push_back(c);
    }
    if (digits.size() == 1) digits.insert(0, "0");
    if (digits.size() == 2) digits += "00";
    if (digits.size() != 4 || digits.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    const int hours = (digits[0] - '0') * 10 + digits[1] - '0';
    const int minutes = (digits[2] - '0') * 10 + digits[3] - '0';
    if (hours > 18 || minutes > 59) return std::nullopt;
    const base::Nanos offset = hours * base::hour + minutes * base::minute;
    return minus ? -offset : offset;
}

// The ends of what 64 bits hold stay where they are.
base::Nanos moved(base::Nanos time, base::Nanos by) {
    base::Nanos sum = 0;
    return __builtin_add_overflow(time, by, &sum) ? time : sum;
}

bool is_name(std::string_view name) {
    return name.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/+-") ==
               std::string_view::npos &&
           name.find("//") == std::string_view::npos && name.front() != '/';
}

}  // namespace

std::optional<TimeZone> TimeZone::named(std::string_view name) {
    TimeZone made;
    if (name.empty() || name.size() > 60) return std::nullopt;
    if (name == "Z" || name == "UTC" || name == "GMT") return made;
    if (name.front() == '+' || name.front() == '-') {
        const auto offset = offset_of(name);
        if (!offset) return std::nullopt;
        made.fixed_ = *offset;
        return made;
    }
    if (!is_name(name)) return std::nullopt;
    auto rules = std::make_shared<Rules>();
    if (!absl::LoadTimeZone(std::string(name), &rules->zone)) return std::nullopt;
    made.rules_ = std::move(rules);
    return made;
}

base::Nanos TimeZone::to_local(base::Nanos utc) const { return moved(utc, offset_at(utc)); }

base::Nanos TimeZone::offset_at(base::Nanos utc) const {
    if (rules_ == nullptr) return fixed_;
    return rules_->zone.At(absl::FromUnixNanos(utc)).offset * base::second;
}

base::Nanos TimeZone::to_utc(base::Nanos local) const {
    if (rules_ == nullptr) return moved(local, -fixed_);
    std::int64_t seconds = local / base::second;
    base::Nanos rest = local % base::second;
    if (rest < 0) {
        rest += base::second;
        --seconds;
    }
    const absl::CivilSecond civil = absl::CivilSecond(1970, 1, 1, 0, 0, 0) + seconds;
    const auto info = rules_->zone.At(civil);
    const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
    return moved(absl::ToUnixNanos(skipped ? info.trans : info.pre), skipped ? 0 : rest);
}

}  // namespace query::dsl
