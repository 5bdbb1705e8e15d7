#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace input::rabbitmq {

struct Field;
using Table = std::vector<Field>;

// What an AMQP table holds. Times are seconds since 1970, as integers.
struct Value {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<Value>, Table>
        is;
};

struct Field {
    std::string name;
    Value value;
};

// nullptr where there is none.
const Value* find(const Table& table, std::string_view name);
// Its text; empty for what is no text.
std::string_view text_of(const Table& table, std::string_view name);
// The table of this name; an empty one where there is none.
const Table& table_of(const Table& table, std::string_view name);
// The texts of a list; other members are left out.
std::vector<std::string_view> texts_of(const Table& table, std::string_view name);

// Appends it as JSON.
void append_json(const Value& value, std::string& out);

// A message as the broker delivers it.
struct Message {
    std::string exchange;
    std::string routing_key;
    Table headers;
    std::string body;
    std::uint64_t delivery_tag = 0;
    bool is_redelivered = false;
    std::int64_t timestamp = 0;  // of its properties, in seconds; 0: none
};

}  // namespace input::rabbitmq
