#include "query/dsl/json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/parse_number.h"
#include "event/json_text.h"

namespace query::dsl {

Parsed<json::value> parse_json(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object();
    // A tree of values takes many times its text.
    constexpr std::size_t most = 16 << 20;
    if (text.size() > most) {
        return Failure{413, "content_too_long_exception",
                       fmt::format("expected at most {} MiB of JSON, found {} bytes", most >> 20,
                                   text.size())};
    }
    json::error_code error;
    json::parse_options options;
    options.max_depth = 100;
    json::value value =
        json::parse(json::string_view(text.data(), text.size()), error, {}, options);
    if (!error) return value;
    return Failure{400, "x_content_parse_exception",
                   fmt::format("the request body is no JSON: {}", error.message())};
}

Parsed<const json::object*> object_of(const json::value& value, std::string_view where) {
    if (value.is_object()) return &value.get_object();
    return parsing(fmt::format("[{}] expected an object", where));
}

Parsed<const json::key_value_pair*> only_member(const json::value& value, std::string_view where) {
    TRY(const json::object* object, object_of(value, where));
    if (object->size() != 1) {
        return parsing(
            fmt::format("[{}] expected an object with one field, found {}", where, object->size()));
    }
    return &*object->begin();
}

std::optional<std::string> text_of_scalar(const json::value& value) {
    switch (value.kind()) {
        case json::kind::string:
            return std::string(value.get_string());
        case json::kind::int64:
            return std::to_string(value.get_int64());
        case json::kind::uint64:
            return std::to_string(value.get_uint64());
        case json::kind::double_:
            return fmt::format("{}", value.get_double());
        case json::kind::bool_:
            return value.get_bool() ? "true" : "false";
        default:
            return std::nullopt;
    }
}

Parsed<std::string> scalar(const json::value& value, std::string_view where) {
    auto text = text_of_scalar(value);
    if (text) return std::move(*text);
    return parsing(fmt::format("[{}] expected a string, number or boolean", where));
}

Parsed<std::int64_t> integer_of(const json::value& value, std::string_view where) {
    const auto text = text_of_scalar(value);
    const auto number = text ? base::parse_number<double>(*text) : std::nullopt;
    if (number && std::abs(*number) < 9e18 && std::floor(*number) == *number)
        return static_cast<std::int64_t>(*number);
    return Failure{400, "x_content_parse_exception",
                   fmt::format("[{}] expected an integer, found {}", where,
                               text.value_or("something else").substr(0, 100))};
}

Parsed<double> number_of(const json::value& value, std::string_view where) {
    const auto text = text_of_scalar(value);
    const auto number = text ? base::parse_number<double>(*text) : std::nullopt;
    if (number && std::isfinite(*number)) return *number;
    return Failure{400, "x_content_parse_exception",
                   fmt::format("[{}] expected a number, found {}", where,
                               text.value_or("something else").substr(0, 100))};
}

Parsed<bool> boolean_of(const json::value& value, std::string_view where) {
    const auto text = text_of_scalar(value);
    if (text == "true" || text == "") return true;
    if (text == "false") return false;
    return illegal(
        fmt::format("Failed to parse value [{}] of [{}] as only [true] or [false] are "
                    "allowed.",
                    text.value_or("…").substr(0, 100), where));
}

namespace {

// No request and no event has such a member: it is no UTF-8.
constexpr std::string_view raw_member = "\xFFraw";

void write_number(double number, std::string& out) {
    const std::size_t begin = out.size();
    event::append_number(number, out);
    if (out.find_first_of(".en", begin) == std::string::npos) out += ".0";
}

}  // namespace

json::value raw_json(std::string text) {
    return json::object{{json::string_view(raw_member.data(), raw_member.size()), std::move(text)}};
}

void write_json(const json::value& value, std::string& out) {
    if (value.is_double()) return write_number(value.get_double(), out);
    if (const auto* text = value.if_string())
        return event::append_json_string(std::string_view(text->data(), text->size()), out);
    if (const auto* list = value.if_array()) {
        out += '[';
        for (const json::value& each : *list) {
            if (out.back() != '[') out += ',';
            write_json(each, out);
        }
        out += ']';
        return;
    }
    const auto* object = value.if_object();
    if (object == nullptr) {
        out += json::serialize(value);
        return;
    }
    if (object->size() == 1 && std::string_view(object->begin()->key()) == raw_member) {
        out += object->begin()->value().get_string();
        return;
    }
    out += '{';
    for (const auto& [key, member] : *object) {
        if (out.back() != '{') out += ',';
        event::append_json_string(std::string_view(key.data(), key.size()), out);
        out += ':';
        write_json(member, out);
    }
    out += '}';
}

json::value json_number(double value) {
    if (!std::isfinite(value)) return nullptr;
    return value;
}

}  // namespace query::dsl
