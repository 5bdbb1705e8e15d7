#include "logs/fields.h"

#include "base/parse_number.h"

namespace logs {

std::string kept(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    std::size_t end = most;
    // Not within a character of UTF-8.
    for (int back = 0; back < 3 && end > 0 && (text[end] & '\xc0') == '\x80'; ++back) --end;
    return std::string(text.substr(0, end)) + "…";
}

void tell(Fields& to, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (value.size() <= longest_text) return to.text(name, value);
    to.text(name, kept(value));
}

void tell_integer(Fields& to, std::string_view name, std::string_view value) {
    if (const auto number = base::parse_number<std::int64_t>(value)) to.integer(name, *number);
}

}  // namespace logs
