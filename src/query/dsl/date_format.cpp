#include "query/dsl/date_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/parse_number.h"
#include "query/dsl/date_pattern.h"

namespace query::dsl {

namespace {

constexpr std::string_view millis_pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";

struct Named {
    std::string_view name;
    std::string_view pattern;
};

// Without "strict_", which all of them may have before them.
constexpr std::array named_patterns = {
    Named{"date", "yyyy-MM-dd"},
    Named{"basic_date", "yyyyMMdd"},
    Named{"basic_date_time", "yyyyMMdd'T'HHmmss.SSSXX"},
    Named{"basic_date_time_no_millis", "yyyyMMdd'T'HHmmssXX"},
    Named{"date_hour", "yyyy-MM-dd'T'HH"},
    Named{"date_hour_minute", "yyyy-MM-dd'T'HH:mm"},
    Named{"date_hour_minute_second", "yyyy-MM-dd'T'HH:mm:ss"},
    Named{"date_hour_minute_second_millis", "yyyy-MM-dd'T'HH:mm:ss.SSS"},
    Named{"date_time", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"},
    Named{"date_time_no_millis", "yyyy-MM-dd'T'HH:mm:ssXXX"},
    Named{"hour_minute", "HH:mm"},
    Named{"hour_minute_second", "HH:mm:ss"},
    Named{"time_no_millis", "HH:mm:ssXXX"},
    Named{"year", "yyyy"},
    Named{"year_month", "yyyy-MM"},
    Named{"year_month_day", "yyyy-MM-dd"},
};

bool has_zone(std::string_view text) {
    const std::size_t time = text.find_first_of("Tt ");
    return time != std::string_view::npos &&
           text.find_first_of("Zz+-", time + 1) != std::string_view::npos;
}

Failure cannot_parse(std::string_view text) {
    return {400, "parse_exception",
            fmt::format("failed to parse date field [{}]; expected a date of the format, or date "
                        "math such as now-15m",
                        text.substr(0, 100)),
            true};
}

// What the text means on the clocks of `zone`, as instants.
Parsed<TimeSpan> parse_in_zone(std::string_view text, const TimeZone& zone, base::Nanos now) {
    const std::string_view date = text.substr(0, text.find("||"));
    const bool own_zone = !date.starts_with("now") && has_zone(date);
    auto span = parse_time(text, own_zone ? now : zone.to_local(now));
    if (!span) return cannot_parse(text);
    if (own_zone) return span.value();
    const TimeSpan local = span.value();
    if (local.end - local.begin == 1) {
        const base::Nanos begin = zone.to_utc(local.begin);
        return TimeSpan{begin, begin + 1};
    }
    return TimeSpan{zone.to_utc(local.begin), zone.to_utc(local.end)};
}

bool is_integer(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<TimeSpan> epoch(std::string_view text, base::Nanos unit) {
    const auto number = base::parse_number<double>(text);
    if (!number || !(*number > -9e18 / static_cast<double>(unit)) ||
        !(*number < 9e18 / static_cast<double>(unit)))
        return std::nullopt;
    const auto whole = static_cast<std::int64_t>(*number);
    const base::Nanos begin = is_integer(text)
                                  ? whole * unit
                                  : static_cast<base::Nanos>(*number * static_cast<double>(unit));
    return TimeSpan{begin, begin + (is_integer(text) ? unit : 1)};
}

}  // namespace

DateFormat::DateFormat()
    : alternatives_{{Kind::iso, std::string(millis_pattern)}, {Kind::epoch_millis, {}}} {}

Parsed<DateFormat::Alternative> DateFormat::alternative(std::string_view name) {
    if (name == "epoch_millis") return Alternative{Kind::epoch_millis, {}};
    if (name == "epoch_second") return Alternative{Kind::epoch_second, {}};
    std::string_view plain = name;
    if (plain.starts_with("strict_")) plain.remove_prefix(7);
    if (plain == "date_optional_time" || plain == "iso8601")
        return Alternative{Kind::iso, std::string(millis_pattern)};
    if (plain == "date_optional_time_nanos")
        return Alternative{Kind::iso_nanos, "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX"};
    const auto known = std::find_if(named_patterns.begin(), named_patterns.end(),
                                    [&](const Named& each) { return each.name == plain; });
    if (known != named_patterns.end())
        return Alternative{Kind::pattern, std::string(known->pattern)};
    const std::string trouble = trouble_of_pattern(name);
    if (trouble.empty()) return Alternative{Kind::pattern, std::string(name)};
    return illegal(fmt::format("Invalid format: [{}]: Ordertrail does not know {}",
                               name.substr(0, 100), trouble));
}

Parsed<DateFormat> DateFormat::of(std::string_view format) {
    DateFormat made;
    made.alternatives_.clear();
    while (true) {
        const std::size_t bars = format.find("||");
        TRY(auto one, alternative(format.substr(0, bars)));
        made.alternatives_.push_back(std::move(one));
        if (bars == std::string_view::npos) break;
        format.remove_prefix(bars + 2);
    }
    return made;
}

Parsed<TimeSpan> DateFormat::parse(std::string_view text, const TimeZone& zone,
                                   base::Nanos now) const {
    if (text.starts_with("now")) return parse_in_zone(text, zone, now);
    const std::size_t bars = text.find("||");
    const std::string_view date = text.substr(0, bars);
    for (const Alternative& each : alternatives_) {
        if (each.kind == Kind::epoch_millis || each.kind == Kind::epoch_second) {
            const auto span =
                epoch(date, each.kind == Kind::epoch_millis ? base::millisecond : base::second);
            if (span && bars == std::string_view::npos) return *span;
            continue;
        }
        std::string iso(date);
        if (each.kind == Kind::pattern) {
            auto read = iso_of(date, each.pattern);
            if (!read) continue;
            iso = std::move(*read);
        } else if (is_integer(iso) && iso.size() > 4) {
            continue;
        }
        if (bars != std::string_view::npos) iso += text.substr(bars);
        auto span = parse_in_zone(iso, zone, now);
        if (span) return span;
    }
    return cannot_parse(text);
}

std::string DateFormat::format(base::Nanos time, const TimeZone& zone) const {
    const Alternative& first = alternatives_.front();
    if (first.kind == Kind::epoch_millis || first.kind == Kind::epoch_second) {
        const base::Nanos unit =
            first.kind == Kind::epoch_millis ? base::millisecond : base::second;
        std::int64_t whole = time / unit;
        if (time % unit < 0) --whole;
        std::string text = std::to_string(whole);
        const std::int64_t millis = (time - whole * unit) / base::millisecond;
        if (first.kind == Kind::epoch_second && millis > 0) {
            text += fmt::format(".{:03}", millis);
            text.erase(text.find_last_not_of('0') + 1);
        }
        return text;
    }
    const base::Nanos offset = zone.offset_at(time);
    return format_pattern(zone.to_local(time), offset, first.pattern);
}

bool DateFormat::is_epoch() const {
    const Kind kind = alternatives_.front().kind;
    return kind == Kind::epoch_millis || kind == Kind::epoch_second;
}

}  // namespace query::dsl
