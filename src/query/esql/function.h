#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

#include "query/esql/node.h"

namespace query::esql {

// A function or an operator of expressions: how it is called, how many arguments it takes, and
// what it makes of them.
struct Function {
    std::string_view name;
    std::size_t least;
    std::size_t most;
    base::Result<NodePtr> (*resolve)(Call& call);
};
inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

// nullptr when there is none of this name (lower case).
const Function* function_named(std::string_view name);
// Of all functions, operators aside; for the reference page's test.
std::vector<std::string_view> function_names();

// The tables, one a file.
std::span<const Function> arithmetic_functions();
std::span<const Function> comparison_functions();
std::span<const Function> logic_functions();
std::span<const Function> math_functions();
std::span<const Function> text_functions();
std::span<const Function> pattern_functions();
std::span<const Function> date_functions();
std::span<const Function> conversion_functions();
std::span<const Function> several_functions();

// `value` as one of another type, as `::type` and TO_… do; also text constants beside a date or an
// address. Nothing: cannot be.
base::Result<NodePtr> converted(Call& call, Type to);

}  // namespace query::esql
