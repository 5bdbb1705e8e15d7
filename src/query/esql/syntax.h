#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

// What an ES|QL text says, before fields and types are looked at.

namespace query::esql {

// Bytes of the query text.
struct Place {
    std::size_t offset = 0;
    std::size_t length = 0;
};

base::Error refuse(std::string message, Place place);

// A constant as it is written, or given for a `?`.
struct Literal {
    enum class Kind : unsigned char { null, boolean, integer, number, text, span, list };
    Kind kind = Kind::null;
    std::int64_t integer = 0;  // and booleans; of a span: nanoseconds
    std::int64_t months = 0;   // of a span: 1 month, 3 quarters, 2 years; then no nanoseconds
    double number = 0;
    std::string text;
    std::vector<Literal> several;  // of a list: scalars of one kind
};

struct Parameter {
    std::string name;  // empty: by position
    Literal value;
};

struct Expression {
    enum class Kind : unsigned char {
        literal,
        field,
        call,
        star  // of COUNT(*)
    };
    Kind kind = Kind::literal;
    Literal literal;
    // A field's name; a function's, in lower case; or an operator: + - * / % neg == != < <= > >=
    // and or not like rlike in is_null is_not_null ::type and : for matches.
    std::string name;
    std::vector<Expression> arguments;
    Place place;
    int depth = 1;
};

// `name = value`, or a value alone.
struct NamedExpression {
    std::string name;  // without one: the value's text
    bool named = false;
    Expression value;
    std::optional<Expression> condition;  // of an aggregate: WHERE …
    Place place;
};

struct SortKey {
    Expression value;
    bool descending = false;
    std::optional<bool> nulls_first;
};

struct NamePattern {
    std::string text;  // `*` is any run, where there is one
    bool has_star = false;
    Place place;
};

struct Command {
    enum class Kind : unsigned char {
        from,
        row,
        where,
        eval,
        stats,
        sort,
        limit,
        keep,
        drop,
        rename,
        dissect,
        grok,
        mv_expand
    };
    Kind kind = Kind::from;
    Place place;                           // of its name
    std::string indices;                   // from
    std::vector<NamePattern> metadata;     // from
    std::vector<NamedExpression> fields;   // row, eval; stats: aggregates
    std::vector<NamedExpression> by;       // stats
    std::optional<Expression> expression;  // where; dissect, grok: the text
    std::vector<SortKey> keys;             // sort
    std::uint64_t limit = 0;
    std::vector<NamePattern> names;                            // keep, drop; mv_expand: one
    std::vector<std::pair<NamePattern, NamePattern>> renames;  // old, new
    std::string pattern;                                       // dissect, grok
    Place pattern_place;
    std::string separator;  // dissect
};

struct Query {
    std::string text;
    std::vector<Command> commands;  // the first one is from or row
};

}  // namespace query::esql
