#include "logs/log_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace logs {

namespace {

struct Zone {
    std::string_view name;
    std::string_view offset;
};

// Those of one meaning only.
constexpr Zone zones[] = {
    {"UTC", "Z"},       {"GMT", "Z"},       {"Z", "Z"},         {"MSK", "+03:00"},
    {"SAMT", "+04:00"}, {"YEKT", "+05:00"}, {"OMST", "+06:00"}, {"NOVT", "+07:00"},
    {"KRAT", "+07:00"}, {"IRKT", "+08:00"}, {"YAKT", "+09:00"}, {"VLAT", "+10:00"},
    {"WET", "+00:00"},  {"WEST", "+01:00"}, {"CET", "+01:00"},  {"CEST", "+02:00"},
    {"EET", "+02:00"},  {"EEST", "+03:00"}, {"EST", "-05:00"},  {"EDT", "-04:00"},
    {"CDT", "-05:00"},  {"MST", "-07:00"},  {"MDT", "-06:00"},  {"PST", "-08:00"},
    {"PDT", "-07:00"},  {"JST", "+09:00"},  {"KST", "+09:00"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool fits(std::string_view text, std::string_view form) {
    if (text.size() < form.size()) return false;
    for (std::size_t at = 0; at < form.size(); ++at) {
        if (form[at] == 'd' ? !is_digit(text[at]) : text[at] != form[at]) return false;
    }
    return true;
}

// "+03", "+0300", "+03:00".
std::string offset_of(std::string_view text) {
    const bool good = fits(text.substr(std::min<std::size_t>(1, text.size())), "dd") &&
                      (text.size() == 3 || (text.size() == 5 && fits(text.substr(3), "dd")) ||
                       (text.size() == 6 && fits(text.substr(3), ":dd")));
    if (!good) return {};
    return fmt::format("{}:{}", text.substr(0, 3),
                       text.size() == 3 ? "00" : text.substr(text.size() - 2));
}

std::string zone_of(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) return offset_of(text);
    const auto* known = std::find_if(std::begin(zones), std::end(zones),
                                     [&](const Zone& zone) { return zone.name == text; });
    return known == std::end(zones) ? std::string() : std::string(known->offset);
}

}  // namespace

std::string database_time(std::string_view text) {
    constexpr std::string_view date = "dddd-dd-dd";
    if (!fits(text, date) || text.size() < date.size() + 9) return {};
    const char between = text[date.size()];
    if ((between != ' ' && between != 'T') || !fits(text.substr(date.size() + 1), "dd:dd:dd")) {
        return {};
    }
    std::string made(text.substr(0, date.size()));
    made.push_back('T');
    made += text.substr(date.size() + 1, 8);
    text.remove_prefix(date.size() + 9);
    if ((text.starts_with('.') || text.starts_with(',')) && text.size() > 1 && is_digit(text[1])) {
        made.push_back('.');
        text.remove_prefix(1);
        while (!text.empty() && is_digit(text.front())) {
            made.push_back(text.front());
            text.remove_prefix(1);
        }
    }
    return made + zone_of(text);
}

std::string access_log_time(std::string_view text) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (!fits(text, "dd/")) return {};
    const auto day = text.substr(0, 2);
    text.remove_prefix(3);
    const auto month = months.find(text.substr(0, 3));
    const auto slash = text.find('/');
    if (month == std::string_view::npos || month % 3 != 0 || slash == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(slash + 1);
    if (!fits(text, "dddd:dd:dd:dd")) return {};
    return fmt::format("{}-{:02}-{}T{}{}", text.substr(0, 4), month / 3 + 1, day, text.substr(5, 8),
                       zone_of(text.substr(13)));
}

}  // namespace logs
