#include "input/syslog/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "event/json_text.h"

namespace input::syslog {

namespace {

constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr int highest_priority = 191;
constexpr std::size_t longest_tag = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_printable(char c) { return c > ' ' && c < '\x7f'; }

int number_of(std::string_view digits) {
    int number = 0;
    for (const char c : digits) number = number * 10 + (c - '0');
    return number;
}

bool are_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Up to the next space, which is taken too.
std::string_view take_word(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

std::string_view unless_nil(std::string_view word) {
    return word == "-" ? std::string_view() : word;
}

// "<165>"
int take_priority(std::string_view& rest) {
    const auto end = rest.substr(0, 5).find('>');
    if (!rest.starts_with('<') || end == std::string_view::npos) return -1;
    const auto digits = rest.substr(1, end - 1);
    if (!are_digits(digits) || number_of(digits) > highest_priority) return -1;
    rest.remove_prefix(end + 1);
    return number_of(digits);
}

// Looks like 2026-11-24T10:15:00…; the pipeline reads it.
bool is_rfc3339(std::string_view word) {
    return word.size() >= 19 && are_digits(word.substr(0, 4)) && word[4] == '-' && word[7] == '-' &&
           word[10] == 'T' && word[13] == ':';
}

bool is_clock(std::string_view word) {
    return word.size() >= 8 && are_digits(word.substr(0, 2)) && word[2] == ':' &&
           are_digits(word.substr(3, 2)) && word[5] == ':' && are_digits(word.substr(6, 2)) &&
           (word.size() == 8 ||
            (word[8] == '.' && word.size() <= 18 && are_digits(word.substr(9))));
}

bool exists(int year, unsigned month, unsigned day) {
    constexpr unsigned lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day >= 1 && day <= lengths[month - 1] && (month != 2 || day < 29 || leap);
}

// "Nov  4 10:15:00", also with a year behind the day or the clock, and fractions of the second.
std::string take_old_time(std::string_view& rest, base::Nanos received) {
    const auto month_at =
        rest.size() > 15 ? months.find(rest.substr(0, 3)) : std::string_view::npos;
    if (month_at == std::string_view::npos || month_at % 3 != 0 || rest[3] != ' ') return {};
    const auto month = static_cast<unsigned>(month_at / 3 + 1);
    auto left = rest.substr(4);
    if (left.starts_with(' ')) left.remove_prefix(1);
    const auto day = take_word(left);
    if (!are_digits(day) || day.size() > 2) return {};
    auto clock = take_word(left);
    std::string_view year;
    if (are_digits(clock) && clock.size() == 4) {
        year = clock;
        clock = take_word(left);
    } else if (left.size() > 5 && are_digits(left.substr(0, 4)) && left[4] == ' ') {
        year = take_word(left);
    }
    if (clock.ends_with(':')) clock.remove_suffix(1);
    if (!is_clock(clock)) return {};
    const auto day_number = static_cast<unsigned>(number_of(day));
    std::string time;
    if (year.empty()) {
        time = with_year(month, day_number, clock, received);
    } else if (exists(number_of(year), month, day_number)) {
        time = fmt::format("{}-{:02}-{:02}T{}", year, month, day_number, clock);
    }
    if (!time.empty()) rest = left;
    return time;
}

// "tag[17]: ", "tag: "; nothing taken where no tag stands.
void take_tag(std::string_view& rest, Header& header) {
    const auto end = rest.find_first_of(":[ ");
    if (end == std::string_view::npos || end == 0 || end > longest_tag || rest[end] == ' ') return;
    const auto app = rest.substr(0, end);
    if (!std::all_of(app.begin(), app.end(), is_printable)) return;
    auto left = rest.substr(end);
    std::string_view process;
    if (left.front() == '[') {
        const auto close = left.find(']');
        if (close == std::string_view::npos || close > longest_tag) return;
        process = left.substr(1, close - 1);
        left.remove_prefix(close + 1);
    }
    if (!left.starts_with(':')) return;
    left.remove_prefix(1);
    if (left.starts_with(' ')) left.remove_prefix(1);
    header.app = app;
    header.process = process;
    rest = left;
}

bool is_host(std::string_view word) {
    return !word.empty() && word.size() <= 255 && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' ||
               c == '-' || c == '_' || c == ':';
    });
}

bool read_rfc5424(std::string_view rest, Header& header) {
    if (!rest.starts_with("1 ")) return false;
    rest.remove_prefix(2);
    const auto time = take_word(rest);
    if (time != "-" && !is_rfc3339(time)) return false;
    const auto host = take_word(rest);
    const auto app = take_word(rest);
    const auto process = take_word(rest);
    const auto id = take_word(rest);
    if (host.empty() || app.empty() || process.empty() || id.empty()) return false;
    auto left = rest;
    if (left.starts_with('-')) {
        left.remove_prefix(1);
    } else {
        Element element;
        bool any = false;
        while (take_element(left, element)) any = true;
        if (!any) return false;
        header.data = rest.substr(0, rest.size() - left.size());
    }
    if (!left.empty() && left.front() != ' ') return false;
    if (!left.empty()) left.remove_prefix(1);
    if (left.starts_with("\xEF\xBB\xBF")) left.remove_prefix(3);
    header.time = unless_nil(time);
    header.host = unless_nil(host);
    header.app = unless_nil(app);
    header.process = unless_nil(process);
    header.id = unless_nil(id);
    header.text = left;
    return true;
}

void read_rfc3164(std::string_view rest, base::Nanos received, Header& header) {
    if (is_rfc3339(rest.substr(0, rest.find(' ')))) {
        header.time = take_word(rest);
    } else {
        header.time = take_old_time(rest, received);
    }
    if (!header.time.empty()) {
        // "host tag: text"; some leave the host out.
        auto left = rest;
        const auto word = take_word(left);
        if (is_host(word) && !word.ends_with(':')) {
            header.host = word;
            rest = left;
        }
    }
    take_tag(rest, header);
    header.text = rest;
}

}  // namespace

Header read_header(std::string_view message, base::Nanos received) {
    Header header;
    header.priority = take_priority(message);
    if (header.priority >= 0 && read_rfc5424(message, header)) return header;
    header.data = {};
    read_rfc3164(message, received, header);
    return header;
}

std::string with_year(unsigned month, unsigned day, std::string_view clock, base::Nanos received) {
    constexpr base::Nanos most_ahead = 2 * base::day;
    const auto now = event::rfc3339(received);
    const int this_year = number_of(std::string_view(now).substr(0, 4));
    for (int year = this_year + 1; year >= this_year - 8; --year) {
        if (!exists(year, month, day)) continue;
        const base::Nanos time = event::days_of_date(year, month, day) * base::day;
        if (time > received + most_ahead) continue;
        return fmt::format("{}-{:02}-{:02}T{}", year, month, day, clock);
    }
    return {};
}

bool take_element(std::string_view& data, Element& element) {
    if (!data.starts_with('[')) return false;
    const auto id_end = data.find_first_of(" ]");
    if (id_end == std::string_view::npos || id_end < 2) return false;
    const auto id = data.substr(1, id_end - 1);
    bool quoted = false;
    for (std::size_t at = id_end; at < data.size(); ++at) {
        const char c = data[at];
        if (quoted && c == '\\') {
            ++at;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ']' && !quoted) {
            element = {id, data.substr(id_end, at - id_end)};
            data.remove_prefix(at + 1);
            return true;
        }
    }
    return false;
}

bool take_parameter(std::string_view& parameters, std::string_view& name, std::string& value) {
    while (parameters.starts_with(' ')) parameters.remove_prefix(1);
    const auto equals = parameters.find("=\"");
    if (equals == std::string_view::npos || equals == 0) return false;
    name = parameters.substr(0, equals);
    value.clear();
    for (std::size_t at = equals + 2; at < parameters.size(); ++at) {
        char c = parameters[at];
        if (c == '"') {
            parameters.remove_prefix(at + 1);
            return true;
        }
        // Before all other characters a backslash stands for itself.
        if (c == '\\' && at + 1 < parameters.size()) {
            const char next = parameters[at + 1];
            if (next == '"' || next == '\\' || next == ']') {
                c = next;
                ++at;
            }
        }
        value.push_back(c);
    }
    return false;
}

}  // namespace input::syslog
