#include "pipeline/number_text.h"

namespace pipeline {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Skips digits; how many there were.
std::uint32_t skip_digits(std::string_view token, std::size_t& at) {
    const std::size_t begin = at;
    while (at < token.size() && is_digit(token[at])) ++at;
    return static_cast<std::uint32_t>(at - begin);
}

bool skip_exponent(std::string_view token, std::size_t& at) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    return skip_digits(token, at) > 0;
}

}  // namespace

NumberText number_text(std::string_view token) {
    NumberText number;
    std::size_t at = 0;
    if (!token.empty() && token[0] == '-') {
        number.negative = true;
        at = 1;
    }
    const std::size_t begin = at;
    std::uint64_t value = 0;
    while (at < token.size() && is_digit(token[at])) {
        value =
            value * 10 + static_cast<std::uint64_t>(token[at++] - '0');  // wraps beyond 19 digits
    }
    const std::size_t whole = at - begin;
    if (whole == 0 || (whole > 1 && token[begin] == '0')) return number;
    const bool zero = token[begin] == '0';
    number.digits = zero ? 0 : static_cast<std::uint32_t>(whole);
    if (at == token.size()) {
        const std::uint64_t most = std::uint64_t{INT64_MAX} + (number.negative ? 1 : 0);
        const bool fits = whole <= 19 && value <= most && !(zero && number.negative);
        number.kind = fits ? NumberText::Kind::integer : NumberText::Kind::big;
        number.integer = static_cast<std::int64_t>(number.negative ? 0 - value : value);
        number.mantissa = static_cast<std::uint32_t>(at);
        return number;
    }
    if (token[at] == '.') {
        std::size_t first = ++at;
        number.decimals = skip_digits(token, at);
        if (number.decimals == 0) return number;
        number.last_is_zero = token[at - 1] == '0';
        if (zero) {
            while (first < at && token[first] == '0') ++first;
            number.digits = static_cast<std::uint32_t>(at - first);
        } else {
            number.digits += number.decimals;
        }
    }
    number.mantissa = static_cast<std::uint32_t>(at);
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        if (skip_exponent(token, at) && at == token.size())
            number.kind = NumberText::Kind::exponent;
    } else if (at == token.size()) {
        number.kind = NumberText::Kind::decimal;
    }
    return number;
}

}  // namespace pipeline
