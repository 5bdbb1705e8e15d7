#include <fmt/format.h>

#include <algorithm>

#include "query/esql/function.h"

// AND, OR, NOT with three values; IS NULL; CASE, COALESCE, GREATEST, LEAST.

namespace query::esql {

namespace {

enum class Truth : unsigned char { no, yes, unknown };

Truth truth_of(const Vector& values, std::uint32_t row) {
    const auto [first, last] = values.values_of(row);
    if (last - first != 1 || values.type() != Type::boolean) return Truth::unknown;
    return values.integer(first) != 0 ? Truth::yes : Truth::no;
}

// One argument that is `decisive` decides; else one that is unknown makes it so.
base::Result<NodePtr> junction(Call& call, Truth decisive) {
    for (std::size_t at = 0; at < call.count(); ++at) {
        TRY(call.want(at, Type::boolean));
    }
    return call.whole(Type::boolean, [decisive](const Vectors& given, std::uint32_t rows,
                                                Vector& out, Execution&) {
        const Truth other = decisive == Truth::yes ? Truth::no : Truth::yes;
        for (std::uint32_t row = 0; row < rows; ++row) {
            Truth result = other;
            for (const Vector* one : given) {
                const Truth truth = truth_of(*one, row);
                if (truth == other) continue;
                result = truth;
                if (truth == decisive) break;
            }
            if (result != Truth::unknown) out.add_integer(result == Truth::yes ? 1 : 0);
            out.end_row();
        }
    });
}

base::Result<NodePtr> conjunction(Call& call) { return junction(call, Truth::no); }
base::Result<NodePtr> disjunction(Call& call) { return junction(call, Truth::yes); }

base::Result<NodePtr> negation(Call& call) {
    TRY(call.want(0, Type::boolean));
    return call.scalar(Type::boolean, [](const Cell* given, Outcome& out) {
        out.cell.integer = given[0].integer == 0 ? 1 : 0;
        return true;
    });
}

template <bool wanted>
base::Result<NodePtr> is_null(Call& call) {
    return call.whole(Type::boolean,
                      [](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
                          for (std::uint32_t row = 0; row < rows; ++row) {
                              out.add_integer(given[0]->is_null(row) == wanted ? 1 : 0);
                              out.end_row();
                          }
                      });
}

// The type of all of some arguments; numbers are widened to it.
base::Result<Type> common_type(Call& call, const std::vector<std::size_t>& which) {
    Type type = Type::null;
    for (const std::size_t at : which) {
        const Type one = call.type(at);
        const bool fits = type == Type::null || one == Type::null || one == type ||
                          (is_text(one) && is_text(type)) || (is_number(one) && is_number(type));
        if (!fits) return call.wrong(at, is_number(type) ? "numeric" : name_of(type));
        type = is_text(type) && is_text(one) ? Type::keyword : wider(type, one);
    }
    if (type == Type::text) type = Type::keyword;
    if (is_number(type)) {
        for (const std::size_t at : which) call.widen(at, type);
    }
    return type;
}

// CASE(condition, value, … [, else]).
base::Result<NodePtr> one_of_cases(Call& call) {
    std::vector<std::size_t> which;
    for (std::size_t at = 0; at < call.count(); ++at) {
        const bool condition = at % 2 == 0 && at + 1 < call.count();
        if (!condition) {
            which.push_back(at);
            continue;
        }
        TRY(call.want(at, Type::boolean));
    }
    TRY(const Type type, common_type(call, which));
    return call.whole(
        type,
        [](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
            for (std::uint32_t row = 0; row < rows; ++row) {
                std::size_t at = 0;
                while (at + 1 < given.size() && truth_of(*given[at], row) != Truth::yes) at += 2;
                if (at + 1 < given.size()) {
                    out.add_row(*given[at + 1], row);
                } else if (at < given.size()) {
                    out.add_row(*given[at], row);
                } else {
                    out.add_null();
                }
            }
        },
        true);
}

std::vector<std::size_t> all_of(const Call& call) {
    std::vector<std::size_t> which(call.count());
    for (std::size_t at = 0; at < which.size(); ++at) which[at] = at;
    return which;
}

base::Result<NodePtr> coalesce(Call& call) {
    TRY(const Type type, common_type(call, all_of(call)));
    return call.whole(
        type,
        [](const Vectors& given, std::uint32_t rows, Vector& out, Execution&) {
            for (std::uint32_t row = 0; row < rows; ++row) {
                const auto found =
                    std::find_if(given.begin(), given.end(),
                                 [row](const Vector* one) { return !one->is_null(row); });
                if (found == given.end()) {
                    out.add_null();
                } else {
                    out.add_row(**found, row);
                }
            }
        },
        true);
}

// Null where one is.
template <bool largest>
base::Result<NodePtr> extreme(Call& call) {
    TRY(const Type type, common_type(call, all_of(call)));
    const std::size_t count = call.count();
    return call.scalar(type, [type, count](const Cell* given, Outcome& out) {
        out.cell = given[0];
        for (std::size_t at = 1; at < count; ++at) {
            const int order = compare(type, given[at], out.cell);
            if (largest ? order > 0 : order < 0) out.cell = given[at];
        }
        return true;
    });
}

constexpr Function functions[] = {
    {"and", 2, any_number, conjunction},
    {"or", 2, any_number, disjunction},
    {"not", 1, 1, negation},
    {"is_null", 1, 1, is_null<true>},
    {"is_not_null", 1, 1, is_null<false>},
    {"case", 2, any_number, one_of_cases},
    {"coalesce", 1, any_number, coalesce},
    {"greatest", 1, any_number, extreme<true>},
    {"least", 1, any_number, extreme<false>},
};

}  // namespace

std::span<const Function> logic_functions() { return functions; }

}  // namespace query::esql
