#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// Values of protobuf's JSON form. Pure functions; the failures say what was expected of `what`, a
// field's name.

namespace input::otlp {

using JsonValue = simdjson::ondemand::value;

// The text of a value up to the next one, without white space around; for an object or array its
// first character.
std::string_view token_of(JsonValue& value);
bool is_null(JsonValue& value);

base::Error expected(std::string_view expectation, std::string_view what, JsonValue& value);
base::Error broken(simdjson::error_code error);

// Replaces `out`. Halves of surrogate pairs become U+FFFD, as JavaScript's strings may have them.
base::Status read_string(JsonValue& value, std::string_view what, std::string& out);
// A number, or one in quotes; whole, in the type's range.
base::Result<std::int64_t> read_int64(JsonValue& value, std::string_view what);
base::Result<std::uint64_t> read_uint64(JsonValue& value, std::string_view what);
// A number, one in quotes, or "NaN", "Infinity", "-Infinity".
base::Result<double> read_double(JsonValue& value, std::string_view what);
base::Result<bool> read_bool(JsonValue& value, std::string_view what);
// A text of hexadecimal digits as bytes; replaces `out`.
base::Status read_hex(JsonValue& value, std::string_view what, std::string& out);

// Calls `each` with the name (its own text, escapes resolved) and value of each member of an
// object that is not null. Null has none.
template <typename Each>
base::Status each_member(JsonValue& value, std::string_view what, const Each& each) {
    if (is_null(value)) return base::ok();
    simdjson::ondemand::object object;
    if (const auto error = value.get_object().get(object)) {
        if (error == simdjson::INCORRECT_TYPE) return expected("an object", what, value);
        return broken(error);
    }
    for (auto member : object) {
        simdjson::ondemand::field field;
        if (const auto error = std::move(member).get(field)) return broken(error);
        std::string_view name;
        if (const auto error = field.unescaped_key().get(name)) return broken(error);
        JsonValue inner = field.value();
        if (is_null(inner)) continue;
        TRY(each(name, inner));
    }
    return base::ok();
}

// The same for the elements of an array; nulls are given too.
template <typename Each>
base::Status each_element(JsonValue& value, std::string_view what, const Each& each) {
    if (is_null(value)) return base::ok();
    simdjson::ondemand::array array;
    if (const auto error = value.get_array().get(array)) {
        if (error == simdjson::INCORRECT_TYPE) return expected("an array", what, value);
        return broken(error);
    }
    for (auto element : array) {
        JsonValue inner;
        if (const auto error = std::move(element).get(inner)) return broken(error);
        TRY(each(inner));
    }
    return base::ok();
}

}  // namespace input::otlp
