#include "api/native/csv.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/parse_number.h"
#include "event/json_text.h"

namespace api {

base::Result<int> read_zone(std::string_view text) {
    if (text == "UTC" || text == "Z") return 0;
    std::string digits;
    for (const char c : text.substr(text.empty() ? 0 : 1)) {
        if (c != ':' || digits.size() != 2) digits.push_back(c);
    }
    const auto number = base::parse_number<unsigned>(digits);
    const bool sign = text.starts_with('+') || text.starts_with('-');
    if (!sign || digits.size() != 4 || !number || *number / 100 > 14 || *number % 100 > 59) {
        return base::invalid(fmt::format(
            "parameter 'time_zone': expected UTC or an offset such as +03:00, found '{}'",
            text.substr(0, 100)));
    }
    const int minutes = static_cast<int>(*number / 100 * 60 + *number % 100);
    return text[0] == '-' ? -minutes : minutes;
}

void append_csv_text(std::string_view text, const CsvStyle& style, std::string& out) {
    const bool formula = !style.raw && !text.empty() &&
                         std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        if (formula) out.push_back('\'');
        event::append_valid_utf8(text, out);
        return;
    }
    std::string valid;
    event::append_valid_utf8(text, valid);
    out.push_back('"');
    if (formula) out.push_back('\'');
    for (const char c : valid) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    out.push_back('"');
}

void append_csv_time(base::Nanos time, const CsvStyle& style, std::string& out) {
    event::TimeForm form;
    const base::Nanos part = time % base::second;
    form.decimals = part == 0                       ? 0
                    : part % base::millisecond == 0 ? 3
                    : part % base::microsecond == 0 ? 6
                                                    : 9;
    if (style.offset_minutes != 0) {
        form.zone = 'o';
        form.negative = style.offset_minutes < 0;
        form.minutes = static_cast<std::uint16_t>(std::abs(style.offset_minutes));
    }
    event::append_time(time, form, out);
}

}  // namespace api
