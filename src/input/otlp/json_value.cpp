#include "input/otlp/json_value.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "event/json_string.h"

namespace input::otlp {

namespace {

constexpr std::size_t longest_quote = 60;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// A scalar: whole, and followed by what may follow a value.
bool is_scalar(JsonValue& value, std::string_view token) {
    const std::string_view raw = value.raw_json_token();
    const char next = raw.data()[raw.size()];
    return !token.empty() && token.front() != '{' && token.front() != '[' &&
           (next == ',' || next == '}' || next == ']');
}

std::optional<std::string_view> inside_quotes(std::string_view token) {
    if (token.size() < 2 || token.front() != '"' || token.back() != '"') return std::nullopt;
    return token.substr(1, token.size() - 2);
}

// The digits of a number, with or without quotes; empty when it is no scalar.
std::string_view digits_of(JsonValue& value) {
    const auto token = token_of(value);
    if (!is_scalar(value, token)) return {};
    return inside_quotes(token).value_or(token);
}

template <typename Whole>
base::Result<Whole> read_whole(JsonValue& value, std::string_view what) {
    const auto digits = digits_of(value);
    const char* const end = digits.data() + digits.size();
    Whole whole = 0;
    if (const auto read = std::from_chars(digits.data(), end, whole);
        !digits.empty() && read.ec == std::errc() && read.ptr == end) {
        return whole;
    }
    // 1e3 and 5.0 are whole numbers in protobuf's JSON too.
    double real = 0;
    if (const auto read = std::from_chars(digits.data(), end, real);
        !digits.empty() && read.ec == std::errc() && read.ptr == end && std::trunc(real) == real &&
        real >= static_cast<double>(std::numeric_limits<Whole>::min()) &&
        real < std::ldexp(1.0, std::numeric_limits<Whole>::digits)) {
        return static_cast<Whole>(real);
    }
    return expected("a whole number, or one in quotes,", what, value);
}

}  // namespace

std::string_view token_of(JsonValue& value) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && is_space(token.back())) token.remove_suffix(1);
    return token;
}

bool is_null(JsonValue& value) { return token_of(value) == "null"; }

base::Error expected(std::string_view expectation, std::string_view what, JsonValue& value) {
    const auto token = token_of(value).substr(0, longest_quote);
    return base::invalid(fmt::format("expected {} as {}, found {}", expectation, what, token));
}

base::Error broken(simdjson::error_code error) {
    return base::invalid(fmt::format("malformed JSON: {}", simdjson::error_message(error)));
}

base::Status read_string(JsonValue& value, std::string_view what, std::string& out) {
    const auto token = token_of(value);
    const auto inside = inside_quotes(token);
    if (!inside || !is_scalar(value, token)) return expected("a string", what, value);
    if (inside->find('\\') == std::string_view::npos) {
        out = *inside;
    } else if (event::unescape(*inside, out) == event::Unescaped::broken) {
        return base::invalid(fmt::format("malformed JSON: an escape in {} is wrong", what));
    }
    return base::ok();
}

base::Result<std::int64_t> read_int64(JsonValue& value, std::string_view what) {
    return read_whole<std::int64_t>(value, what);
}

base::Result<std::uint64_t> read_uint64(JsonValue& value, std::string_view what) {
    return read_whole<std::uint64_t>(value, what);
}

base::Result<double> read_double(JsonValue& value, std::string_view what) {
    const auto digits = digits_of(value);
    if (digits == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (digits == "Infinity") return std::numeric_limits<double>::infinity();
    if (digits == "-Infinity") return -std::numeric_limits<double>::infinity();
    double real = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, real);
    if (digits.empty() || read.ec != std::errc() || read.ptr != end || !std::isfinite(real)) {
        return expected("a number", what, value);
    }
    return real;
}

base::Result<bool> read_bool(JsonValue& value, std::string_view what) {
    const auto token = token_of(value);
    if (is_scalar(value, token)) {
        if (token == "true") return true;
        if (token == "false") return false;
    }
    return expected("true or false", what, value);
}

base::Status read_hex(JsonValue& value, std::string_view what, std::string& out) {
    TRY(read_string(value, what, out));
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        const char lower = static_cast<char>(c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    };
    bool good = out.size() % 2 == 0;
    for (std::size_t at = 0; good && at < out.size(); at += 2) {
        const int high = digit(out[at]);
        const int low = digit(out[at + 1]);
        good = high >= 0 && low >= 0;
        if (good) out[at / 2] = static_cast<char>(high * 16 + low);
    }
    if (!good) return expected("hexadecimal digits", what, value);
    out.resize(out.size() / 2);
    return base::ok();
}

}  // namespace input::otlp
