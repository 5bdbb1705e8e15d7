#include "input/epoch_text.h"

#include <cstdint>

namespace input {

std::optional<base::Nanos> parse_epoch(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto point = text.find('.');
    const auto whole_text = text.substr(0, point);
    auto fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    if (whole_text.empty() || whole_text.size() > 19) return std::nullopt;
    std::int64_t whole = 0;
    for (const char c : whole_text) {
        if (c < '0' || c > '9') return std::nullopt;
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, c - '0', &whole)) {
            return std::nullopt;
        }
    }
    // Until the year 5138 seconds have eleven digits at most, and milliseconds since 1973 more.
    base::Nanos unit = base::second;
    for (std::int64_t bound = 100'000'000'000; whole >= bound;) {
        unit /= 1000;
        if (unit == 1) break;
        bound *= 1000;
    }
    std::int64_t time = 0;
    if (__builtin_mul_overflow(whole, unit, &time)) return std::nullopt;
    for (const char c : fraction) {
        if (c < '0' || c > '9') return std::nullopt;
        unit /= 10;
        if (__builtin_add_overflow(time, (c - '0') * unit, &time)) return std::nullopt;
    }
    return negative ? -time : time;
}

}  // namespace input
