#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace base {

// The whole of a text as a decimal number, as std::from_chars reads it; nothing when any of it is
// left over or it is out of range.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace base
