#include "api/jaeger/value_text.h"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "event/json_text.h"

namespace api::jaeger {

namespace {

namespace json = boost::json;

void append(const json::value& value, std::string& out);

void append_object(const json::object& object, std::string& out) {
    std::vector<const json::key_value_pair*> members;
    for (const auto& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* one, const auto* other) { return one->key() < other->key(); });
    out.push_back('{');
    for (const auto* member : members) {
        if (out.back() != '{') out.push_back(',');
        event::append_json_string({member->key().data(), member->key().size()}, out);
        out.push_back(':');
        append(member->value(), out);
    }
    out.push_back('}');
}

void append(const json::value& value, std::string& out) {
    switch (value.kind()) {
        case json::kind::string:
            event::append_json_string({value.get_string().data(), value.get_string().size()}, out);
            break;
        case json::kind::double_:
            event::append_number(value.get_double(), out);
            break;
        case json::kind::array:
            out.push_back('[');
            for (const auto& element : value.get_array()) {
                if (out.back() != '[') out.push_back(',');
                append(element, out);
            }
            out.push_back(']');
            break;
        case json::kind::object:
            append_object(value.get_object(), out);
            break;
        default:
            out += json::serialize(value);
    }
}

}  // namespace

std::string value_text(const json::value& value) {
    if (const auto* const text = value.if_string()) return std::string(*text);
    std::string out;
    append(value, out);
    return out;
}

}  // namespace api::jaeger
