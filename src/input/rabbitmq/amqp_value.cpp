#include "input/rabbitmq/amqp_value.h"

#include <algorithm>

#include "event/json_text.h"

namespace input::rabbitmq {

const Value* find(const Table& table, std::string_view name) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return entry.name == name; });
    return found == table.end() ? nullptr : &found->value;
}

std::string_view text_of(const Table& table, std::string_view name) {
    const Value* const value = find(table, name);
    const auto* const text = value == nullptr ? nullptr : std::get_if<std::string>(&value->is);
    return text == nullptr ? std::string_view() : *text;
}

const Table& table_of(const Table& table, std::string_view name) {
    static const Table none;
    const Value* const value = find(table, name);
    const auto* const inner = value == nullptr ? nullptr : std::get_if<Table>(&value->is);
    return inner == nullptr ? none : *inner;
}

std::vector<std::string_view> texts_of(const Table& table, std::string_view name) {
    std::vector<std::string_view> texts;
    const Value* const value = find(table, name);
    const auto* const list =
        value == nullptr ? nullptr : std::get_if<std::vector<Value>>(&value->is);
    if (list == nullptr) return texts;
    for (const Value& each : *list) {
        if (const auto* text = std::get_if<std::string>(&each.is)) texts.push_back(*text);
    }
    return texts;
}

namespace {

struct JsonWriter {
    std::string& out;

    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(std::int64_t value) const { event::append_integer(value, out); }
    void operator()(double value) const { event::append_number(value, out); }
    void operator()(const std::string& value) const { event::append_json_string(value, out); }
    void operator()(const std::vector<Value>& list) const {
        out.push_back('[');
        for (std::size_t at = 0; at < list.size(); ++at) {
            if (at > 0) out.push_back(',');
            append_json(list[at], out);
        }
        out.push_back(']');
    }
    void operator()(const Table& table) const {
        out.push_back('{');
        for (std::size_t at = 0; at < table.size(); ++at) {
            if (at > 0) out.push_back(',');
            event::append_json_string(table[at].name, out);
            out.push_back(':');
            append_json(table[at].value, out);
        }
        out.push_back('}');
    }
};

}  // namespace

void append_json(const Value& value, std::string& out) { std::visit(JsonWriter{out}, value.is); }

}  // namespace input::rabbitmq
