#pragma once

#include <cstddef>
#include <string>
#include <vector>

// What a KQL text says, before fields and types are looked at.

namespace query::kql {

// Bytes of the query text.
struct Place {
    std::size_t offset = 0;
    std::size_t length = 0;
};

struct Value {
    enum class Kind : unsigned char {
        none,   // no field was given
        plain,  // without quotes
        quoted,
        pattern  // without quotes, with a `*`
    };
    Kind kind = Kind::none;
    // Escapes resolved; stars of a pattern are `*`.
    std::string text;
    // Of a pattern: as storage::Predicate's wildcards are written, so that escaped stars stay what
    // they are.
    std::string pattern;
    Place place;
};

// A condition. A value type.
struct Condition {
    enum class Kind : unsigned char { everything, all_of, any_of, none_of, compare, nested };
    enum class Operation : unsigned char { is, below, at_most, above, at_least };

    Kind kind = Kind::everything;
    std::vector<Condition> children;  // all_of, any_of; one of none_of and nested
    Value field;                      // compare, nested; none: any field
    Operation operation = Operation::is;
    Value value;
    Place place;
};

}  // namespace query::kql
