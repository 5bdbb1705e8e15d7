#include "api/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "event/shape.h"

namespace api {

void JsonWriter::separate() {
    if (!first_) text_.push_back(',');
    first_ = false;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    text_.push_back('{');
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    text_.push_back('}');
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    text_.push_back('[');
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    text_.push_back(']');
    first_ = false;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    event::append_json_string(name, text_);
    text_.push_back(':');
    first_ = true;
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    separate();
    event::append_json_string(text, text_);
    return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
    separate();
    fmt::format_to(std::back_inserter(text_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::uint64_t number) {
    separate();
    fmt::format_to(std::back_inserter(text_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::number(double number) {
    if (!std::isfinite(number)) return null();
    separate();
    fmt::format_to(std::back_inserter(text_), "{}", number);
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    separate();
    text_ += value ? "true" : "false";
    return *this;
}

JsonWriter& JsonWriter::null() {
    separate();
    text_ += "null";
    return *this;
}

JsonWriter& JsonWriter::value(const query::Value& value) {
    struct Writer {
        JsonWriter& json;
        void operator()(std::monostate) const { json.null(); }
        void operator()(bool truth) const { json.boolean(truth); }
        void operator()(std::int64_t number) const { json.integer(number); }
        void operator()(double number) const { json.number(number); }
        void operator()(const query::Time& time) const { json.string(event::rfc3339(time.nanos)); }
        void operator()(const event::Ip& address) const { json.string(address.text()); }
        void operator()(const std::string& text) const { json.string(text); }
        void operator()(const std::vector<double>& numbers) const {
            json.begin_array();
            for (const double number : numbers) json.number(number);
            json.end_array();
        }
    };
    std::visit(Writer{*this}, value);
    return *this;
}

std::string& JsonWriter::raw() {
    separate();
    return text_;
}

}  // namespace api
