#include "input/rabbitmq/body_fields.h"

#include <simdjson.h>

#include <algorithm>

#include "event/json_text.h"

namespace input::rabbitmq {

namespace {

constexpr std::size_t deepest = 60;  // as limits.json_depth, nearly
constexpr std::size_t first_capacity = 4096;

std::optional<std::string> text_of(simdjson::dom::element element) {
    std::string_view text;
    if (element.get_string().get(text) == simdjson::SUCCESS && !text.empty()) {
        return std::string(text);
    }
    std::int64_t integer = 0;
    if (element.get_int64().get(integer) == simdjson::SUCCESS) return std::to_string(integer);
    std::uint64_t large = 0;
    if (element.get_uint64().get(large) == simdjson::SUCCESS) return std::to_string(large);
    return std::nullopt;
}

std::optional<std::string> find_in(simdjson::dom::object object, std::string_view name) {
    simdjson::dom::element element;
    if (object.at_key(name).get(element) == simdjson::SUCCESS) return text_of(element);
    const auto dot = name.find('.');
    simdjson::dom::object inner;
    if (dot == std::string_view::npos ||
        object.at_key(name.substr(0, dot)).get_object().get(inner) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return find_in(inner, name.substr(dot + 1));
}

}  // namespace

struct BodyFields::Parsed {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    bool holds = false;
};

BodyFields::BodyFields() : parsed_(std::make_unique<Parsed>()) {}
BodyFields::~BodyFields() = default;

bool BodyFields::read(std::string_view body) {
    auto& [parser, object, holds] = *parsed_;
    holds = false;
    const auto begin = body.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || body[begin] != '{' || body.size() > most_bytes) {
        return false;
    }
    if (parser.capacity() < body.size() &&
        parser.allocate(std::max(body.size(), first_capacity), deepest) != simdjson::SUCCESS) {
        return false;
    }
    holds = parser.parse(body.data(), body.size()).get_object().get(object) == simdjson::SUCCESS;
    return holds;
}

std::optional<std::string> BodyFields::find(const std::vector<std::string>& names) const {
    if (!parsed_->holds) return std::nullopt;
    for (const std::string& name : names) {
        if (auto found = find_in(parsed_->object, name)) return found;
    }
    return std::nullopt;
}

}  // namespace input::rabbitmq
