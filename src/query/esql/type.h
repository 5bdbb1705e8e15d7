#pragma once

#include <cstdint>
#include <string_view>

namespace query::esql {

enum class Type : std::uint8_t {
    null,
    boolean,
    integer,  // 32 bits
    whole,    // 64 bits: "long"
    number,   // "double"
    keyword,
    text,
    date,
    ip,
    span,  // of time; constants only
};

// As Elasticsearch calls them.
std::string_view name_of(Type type);

constexpr bool is_number(Type type) {
    return type == Type::integer || type == Type::whole || type == Type::number;
}
constexpr bool is_text(Type type) { return type == Type::keyword || type == Type::text; }

// How values are held: the same for all types of a form.
enum class Form : std::uint8_t { none, integers, numbers, texts, addresses };
constexpr Form form_of(Type type) {
    switch (type) {
        case Type::boolean:
        case Type::integer:
        case Type::whole:
        case Type::date:
        case Type::span:
            return Form::integers;
        case Type::number:
            return Form::numbers;
        case Type::keyword:
        case Type::text:
            return Form::texts;
        case Type::ip:
            return Form::addresses;
        case Type::null:
            break;
    }
    return Form::none;
}

}  // namespace query::esql
