#include "query/dsl/date_pattern.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>
#include <vector>

namespace query::dsl {

namespace {

struct Piece {
    char letter = 0;  // 0: text
    std::size_t count = 0;
    std::string text;
};

std::vector<Piece> pieces_of(std::string_view pattern) {
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        if (c == '\'') {
            std::size_t end = pattern.find('\'', at + 1);
            if (end == std::string_view::npos) end = pattern.size();
            pieces.push_back({0, 0,
                              end == at + 1 ? std::string("'")
                                            : std::string(pattern.substr(at + 1, end - at - 1))});
            at = std::min(end + 1, pattern.size());
            continue;
        }
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter) {
            pieces.push_back({0, 0, std::string(1, c)});
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < pattern.size() && pattern[end] == c) ++end;
        pieces.push_back({c, end - at, {}});
        at = end;
    }
    return pieces;
}

constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::optional<std::string> take_digits(std::string_view& text, std::size_t least,
                                       std::size_t most) {
    std::size_t count = 0;
    while (count < most && count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    if (count < least) return std::nullopt;
    std::string digits(text.substr(0, count));
    text.remove_prefix(count);
    return digits;
}

std::string padded(const std::string& digits, std::size_t size) {
    return digits.size() < size ? std::string(size - digits.size(), '0') + digits : digits;
}

struct Fields {
    std::string year = "1970", month, day, hour, minute, second, fraction, zone;
};

bool read_zone(std::string_view& text, std::string& zone) {
    if (text.starts_with("Z")) {
        zone = "Z";
        text.remove_prefix(1);
        return true;
    }
    std::size_t size = 0;
    while (size < text.size() && size < 6 &&
           (size == 0 ? text[0] == '+' || text[0] == '-'
                      : (text[size] >= '0' && text[size] <= '9') || text[size] == ':'))
        ++size;
    if (size < 3) return false;
    zone = text.substr(0, size);
    text.remove_prefix(size);
    return true;
}

bool read_month_name(std::string_view& text, std::string& month) {
    for (std::size_t at = 0; at < 12; ++at) {
        if (!text.starts_with(months[at])) continue;
        month = fmt::format("{:02}", at + 1);
        text.remove_prefix(3);
        return true;
    }
    return false;
}

bool read_piece(const Piece& piece, std::string_view& text, Fields& fields) {
    if (piece.letter == 0) {
        if (!text.starts_with(piece.text)) return false;
        text.remove_prefix(piece.text.size());
        return true;
    }
    if (piece.letter == 'X' || piece.letter == 'x' || piece.letter == 'Z')
        return read_zone(text, fields.zone);
    if (piece.letter == 'M' && piece.count == 3) return read_month_name(text, fields.month);
    const bool wide = piece.letter == 'y' || piece.letter == 'u';
    const bool fraction = piece.letter == 'S' || piece.letter == 'n';
    const std::size_t most = wide ? 4 : fraction ? piece.count : 2;
    auto digits = take_digits(text, wide ? 4 : fraction ? piece.count : piece.count, most);
    if (!digits) return false;
    switch (piece.letter) {
        case 'y':
        case 'u':
            fields.year = *digits;
            return true;
        case 'M':
            fields.month = padded(*digits, 2);
            return true;
        case 'd':
            fields.day = padded(*digits, 2);
            return true;
        case 'H':
            fields.hour = padded(*digits, 2);
            return true;
        case 'm':
            fields.minute = padded(*digits, 2);
            return true;
        case 's':
            fields.second = padded(*digits, 2);
            return true;
        case 'S':
            fields.fraction = *digits;
            return true;
        default:
            return false;
    }
}

}  // namespace

std::string trouble_of_pattern(std::string_view pattern) {
    if (pattern.empty()) return "an empty pattern";
    if (pattern.size() > 200) return "a pattern longer than 200 characters";
    for (const Piece& piece : pieces_of(pattern)) {
        if (piece.letter == 0) continue;
        if (std::string_view("yuMdHmsSXxZE").find(piece.letter) == std::string_view::npos ||
            piece.count > 9) {
            return fmt::format("the letter {} ({} times)", piece.letter, piece.count);
        }
    }
    return {};
}

std::optional<std::string> iso_of(std::string_view text, std::string_view pattern) {
    Fields fields;
    for (const Piece& piece : pieces_of(pattern)) {
        if (!read_piece(piece, text, fields)) return std::nullopt;
    }
    if (!text.empty()) return std::nullopt;
    std::string iso = fields.year;
    const bool time = !fields.hour.empty();
    if (!fields.month.empty() || !fields.day.empty() || time)
        iso += "-" + (fields.month.empty() ? "01" : fields.month);
    if (!fields.day.empty() || time) iso += "-" + (fields.day.empty() ? "01" : fields.day);
    if (!time) return iso;
    iso += "T" + fields.hour;
    if (!fields.minute.empty()) iso += ":" + fields.minute;
    if (!fields.minute.empty() && !fields.second.empty()) iso += ":" + fields.second;
    if (!fields.second.empty() && !fields.fraction.empty()) iso += "." + fields.fraction;
    return iso + fields.zone;
}

namespace {

struct Shown {
    std::chrono::year_month_day date{};
    std::int64_t day_number = 0;
    base::Nanos in_day = 0;
    base::Nanos offset = 0;
};

void append_zone(const Piece& piece, base::Nanos offset, std::string& out) {
    if (offset == 0 && piece.letter == 'X') {
        out += "Z";
        return;
    }
    const std::int64_t minutes = (offset < 0 ? -offset : offset) / base::minute;
    const bool colon = piece.count >= 3 && piece.letter != 'Z';
    out += fmt::format("{}{:02}{}{:02}", offset < 0 ? '-' : '+', minutes / 60, colon ? ":" : "",
                       minutes % 60);
}

void append_piece(const Piece& piece, const Shown& shown, std::string& out) {
    const auto number = [&](std::int64_t value) {
        out += fmt::format("{:0{}}", value, static_cast<int>(piece.count));
    };
    switch (piece.letter) {
        case 0:
            out += piece.text;
            return;
        case 'y':
        case 'u':
            if (piece.count == 2) return number(static_cast<int>(shown.date.year()) % 100);
            return number(static_cast<int>(shown.date.year()));
        case 'M':
            if (piece.count == 3) {
                out += months[static_cast<unsigned>(shown.date.month()) - 1];
                return;
            }
            return number(static_cast<unsigned>(shown.date.month()));
        case 'd':
            return number(static_cast<unsigned>(shown.date.day()));
        case 'H':
            return number(shown.in_day / base::hour);
        case 'm':
            return number(shown.in_day / base::minute % 60);
        case 's':
            return number(shown.in_day / base::second % 60);
        case 'E':
            out += days[static_cast<std::size_t>(((shown.day_number + 4) % 7 + 7) % 7)];
            return;
        case 'S':
            out += fmt::format("{:09}", shown.in_day % base::second).substr(0, piece.count);
            return;
        default:
            return append_zone(piece, shown.offset, out);
    }
}

}  // namespace

std::string format_pattern(base::Nanos local, base::Nanos offset, std::string_view pattern) {
    Shown shown;
    shown.day_number = base::day_of(local);
    shown.date =
        std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(shown.day_number)));
    shown.in_day = local - shown.day_number * base::day;
    shown.offset = offset;
    std::string out;
    for (const Piece& piece : pieces_of(pattern)) append_piece(piece, shown, out);
    return out;
}

}  // namespace query::dsl
