#include <fmt/format.h>

#include <algorithm>

#include "query/esql/function.h"

// == != < <= > >= and IN.

namespace query::esql {

namespace {

// Makes both of one type, as far as that can be: numbers, and constant texts beside dates and
// addresses.
base::Status unite(Call& call, std::size_t one, std::size_t other) {
    const auto is_constant_text = [&](std::size_t at) {
        return call.type(at) == Type::keyword && call.arguments[at]->constant() != nullptr;
    };
    if (is_number(call.type(one)) && is_number(call.type(other))) {
        const Type type = wider(call.type(one), call.type(other));
        call.widen(one, type);
        call.widen(other, type);
        return base::ok();
    }
    for (const auto& [text, typed] : {std::pair(one, other), std::pair(other, one)}) {
        if (!is_constant_text(text)) continue;
        if (call.type(typed) == Type::date) return call.want_date(text);
        if (call.type(typed) != Type::ip && call.type(typed) != Type::boolean) continue;
        Call inner{call.name, call.arguments[text]->place(), call.text, call.now, {}};
        inner.arguments.push_back(std::move(call.arguments[text]));
        TRY(call.arguments[text], converted(inner, call.type(typed)));
        const Vector* value = call.arguments[text]->constant();
        if (value == nullptr) {
            return refuse(fmt::format("Cannot convert string {} to [{}]", call.source(inner.place),
                                      name_of(call.type(typed))),
                          inner.place);
        }
        return base::ok();
    }
    const Type left = call.type(one);
    const Type right = call.type(other);
    if (left == Type::null || right == Type::null || left == right ||
        (is_text(left) && is_text(right)))
        return base::ok();
    const std::string_view kind = is_number(left) ? "numeric" : name_of(left);
    return refuse(fmt::format("{}argument of [{}] is [{}] so {}argument must also be [{}] but was "
                              "[{}]",
                              one == 0 ? "first " : "", call.source(call.place), kind,
                              other == 1 ? "second " : "", kind, name_of(right)),
                  call.place);
}

template <typename Holds>
base::Result<NodePtr> comparison(Call& call, Holds holds) {
    TRY(unite(call, 0, 1));
    const Type type = wider(call.type(0), call.type(1));
    if (type == Type::span) return refuse("spans of time cannot be compared", call.place);
    return call.scalar(Type::boolean, [type, holds](const Cell* given, Outcome& out) {
        out.cell.integer = holds(compare(type, given[0], given[1])) ? 1 : 0;
        return true;
    });
}

base::Status ordered(Call& call, std::size_t argument) {
    if (call.type(argument) != Type::boolean) return base::ok();
    return call.wrong(argument, "datetime, double, integer, ip, keyword, long, text");
}

base::Result<NodePtr> equal(Call& call) {
    return comparison(call, [](int order) { return order == 0; });
}
base::Result<NodePtr> unequal(Call& call) {
    return comparison(call, [](int order) { return order != 0; });
}
base::Result<NodePtr> below(Call& call) {
    TRY(ordered(call, 0));
    return comparison(call, [](int order) { return order < 0; });
}
base::Result<NodePtr> at_most(Call& call) {
    TRY(ordered(call, 0));
    return comparison(call, [](int order) { return order <= 0; });
}
base::Result<NodePtr> above(Call& call) {
    TRY(ordered(call, 0));
    return comparison(call, [](int order) { return order > 0; });
}
base::Result<NodePtr> at_least(Call& call) {
    TRY(ordered(call, 0));
    return comparison(call, [](int order) { return order >= 0; });
}

// True where one fits; else null where one of the others is null.
base::Result<NodePtr> in(Call& call) {
    // Numbers first become of one type, so that each later one is compared with it.
    for (int pass = 0; pass < 2; ++pass) {
        for (std::size_t at = 1; at < call.count(); ++at) {
            TRY(unite(call, 0, at));
        }
    }
    const Type type = call.type(0);
    const Place place = call.place;
    return call.whole(Type::boolean, [type, place](const Vectors& given, std::uint32_t rows,
                                                   Vector& out, Execution& run) {
        for (std::uint32_t row = 0; row < rows; ++row) {
            const auto [first, last] = given[0]->values_of(row);
            if (last - first > 1) {
                run.warn(place,
                         "java.lang.IllegalArgumentException: single-value function encountered "
                         "multi-value");
            }
            if (last - first != 1) {
                out.add_null();
                continue;
            }
            bool null = false;
            bool found = false;
            const Cell wanted = given[0]->at(first);
            for (std::size_t at = 1; at < given.size() && !found; ++at) {
                const auto [from, to] = given[at]->values_of(row);
                null = null || to - from != 1;
                found = to - from == 1 && given[at]->type() != Type::null &&
                        compare(type, wanted, given[at]->at(from)) == 0;
            }
            if (found || !null) out.add_integer(found ? 1 : 0);
            out.end_row();
        }
    });
}

constexpr Function functions[] = {
    {"==", 2, 2, equal}, {"!=", 2, 2, unequal},  {"<", 2, 2, below},        {"<=", 2, 2, at_most},
    {">", 2, 2, above},  {">=", 2, 2, at_least}, {"in", 2, any_number, in},
};

}  // namespace

std::span<const Function> comparison_functions() { return functions; }

}  // namespace query::esql
