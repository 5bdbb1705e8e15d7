#include "input/embedded_json.h"

#include <simdjson.h>

#include <algorithm>

namespace input {

namespace {

// As limits.json_depth, less what stands around the object.
constexpr std::size_t deepest = 60;
constexpr std::size_t first_capacity = 4096;

bool looks_like_object(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    const auto end = text.find_last_not_of(" \t\r\n");
    return begin != std::string_view::npos && text[begin] == '{' && text[end] == '}';
}

}  // namespace

struct EmbeddedJson::Parsed {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    bool holds = false;  // an object
};

EmbeddedJson::EmbeddedJson() : parsed_(std::make_unique<Parsed>()) {}
EmbeddedJson::~EmbeddedJson() = default;

bool EmbeddedJson::make_room(std::size_t size) {
    auto& parser = parsed_->parser;
    return size <= most_bytes &&
           (parser.capacity() >= size ||
            parser.allocate(std::max(size, first_capacity), deepest) == simdjson::SUCCESS);
}

bool EmbeddedJson::is_object(std::string_view text) {
    parsed_->holds =
        looks_like_object(text) && make_room(text.size()) &&
        parsed_->parser.parse(text.data(), text.size()).get_object().get(parsed_->object) ==
            simdjson::SUCCESS;
    return parsed_->holds;
}

bool EmbeddedJson::is_value(std::string_view text) {
    parsed_->holds = false;
    return !text.empty() && make_room(text.size()) &&
           parsed_->parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

bool EmbeddedJson::has(std::string_view name) const {
    return parsed_->holds && parsed_->object.at_key(name).error() == simdjson::SUCCESS;
}

bool EmbeddedJson::has_any(std::span<const std::string_view> names) const {
    return std::any_of(names.begin(), names.end(),
                       [this](std::string_view name) { return has(name); });
}

}  // namespace input
