#include <math.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "query/esql/function.h"

namespace query::esql {

namespace {

constexpr std::string_view no_number =
    "java.lang.ArithmeticException: not a finite double number: NaN";
constexpr std::string_view infinite =
    "java.lang.ArithmeticException: not a finite double number: Infinity";

bool finite(double value, Outcome& out) {
    out.cell.number = value;
    if (std::isnan(value)) return out.fail(no_number);
    return !std::isinf(value) || out.fail(infinite);
}

template <double (*compute)(double)>
base::Result<NodePtr> of_one(Call& call) {
    TRY(call.want_number(0));
    call.widen(0, Type::number);
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        return finite(compute(given[0].number), out);
    });
}

template <double (*compute)(double, double)>
base::Result<NodePtr> of_two(Call& call) {
    for (std::size_t at = 0; at < 2; ++at) {
        TRY(call.want_number(at));
        call.widen(at, Type::number);
    }
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        return finite(compute(given[0].number, given[1].number), out);
    });
}

// Of whole numbers nothing is to be done.
template <double (*compute)(double)>
base::Result<NodePtr> rounded(Call& call) {
    TRY(call.want_number(0));
    const Type type = call.type(0);
    return call.scalar(type, [](const Cell* given, Outcome& out) {
        out.cell = given[0];
        out.cell.number = compute(given[0].number);
        return true;
    });
}

base::Result<NodePtr> absolute(Call& call) {
    TRY(call.want_number(0));
    const Type type = call.type(0);
    return call.scalar(type, [](const Cell* given, Outcome& out) {
        if (given[0].integer == std::numeric_limits<std::int64_t>::min())
            return out.fail("java.lang.ArithmeticException: Overflow to represent absolute value");
        out.cell.integer = std::abs(given[0].integer);
        out.cell.number = std::abs(given[0].number);
        return true;
    });
}

base::Result<NodePtr> sign(Call& call) {
    TRY(call.want_number(0));
    call.widen(0, Type::number);
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        out.cell.number = given[0].number > 0 ? 1 : given[0].number < 0 ? -1 : 0;
        return true;
    });
}

double round_half_up(double value) {
    return value < 0 ? -std::floor(-value + 0.5) : std::floor(value + 0.5);
}

// Halves go away from zero, as Java's Math.round of the shifted value's size.
double round_to(double value, std::int64_t decimals) {
    if (decimals > 300 || decimals < -300) return decimals < 0 ? 0 : value;
    const double factor = std::pow(10.0, static_cast<double>(std::abs(decimals)));
    if (decimals < 0) return round_half_up(value / factor) * factor;
    const double shifted = value * factor;
    if (!std::isfinite(shifted) || std::abs(shifted) > 9e15) return value;
    return round_half_up(shifted) / factor;
}

base::Result<NodePtr> round_number(Call& call) {
    TRY(call.want_number(0));
    const Type type = call.type(0);
    const bool with_decimals = call.count() > 1;
    if (with_decimals && call.type(1) != Type::integer && call.type(1) != Type::whole &&
        call.type(1) != Type::null)
        return call.wrong(1, "integer");
    return call.scalar(type, [type, with_decimals](const Cell* given, Outcome& out) {
        const std::int64_t decimals = with_decimals ? given[1].integer : 0;
        out.cell = given[0];
        if (type == Type::number) {
            out.cell.number = round_to(given[0].number, decimals);
        } else if (decimals < -18) {
            out.cell.integer = 0;
        } else if (decimals < 0) {
            std::int64_t factor = 1;
            for (std::int64_t at = 0; at > decimals; --at) factor *= 10;
            const std::int64_t rest = given[0].integer % factor;
            out.cell.integer -= rest;
            if (std::abs(rest) * 2 >= factor &&
                __builtin_add_overflow(out.cell.integer, rest < 0 ? -factor : factor,
                                       &out.cell.integer))
                return out.fail("java.lang.ArithmeticException: long overflow");
        }
        return true;
    });
}

double natural(double value) { return value > 0 ? std::log(value) : std::nan(""); }
double decimal(double value) { return value > 0 ? std::log10(value) : std::nan(""); }

constexpr std::string_view no_logarithm =
    "java.lang.ArithmeticException: Log of non-positive number";

template <double (*compute)(double)>
base::Result<NodePtr> logarithm(Call& call) {
    TRY(call.want_number(0));
    call.widen(0, Type::number);
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        if (given[0].number <= 0) return out.fail(no_logarithm);
        return finite(compute(given[0].number), out);
    });
}

// LOG(value) or LOG(base, value).
base::Result<NodePtr> log(Call& call) {
    if (call.count() == 1) return logarithm<natural>(call);
    for (std::size_t at = 0; at < 2; ++at) {
        TRY(call.want_number(at));
        call.widen(at, Type::number);
    }
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        if (given[0].number <= 0 || given[1].number <= 0) return out.fail(no_logarithm);
        if (given[0].number == 1) return out.fail("java.lang.ArithmeticException: / by zero");
        return finite(std::log(given[1].number) / std::log(given[0].number), out);
    });
}

base::Result<NodePtr> root(Call& call) {
    TRY(call.want_number(0));
    call.widen(0, Type::number);
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        if (given[0].number < 0)
            return out.fail("java.lang.ArithmeticException: Square root of negative");
        return finite(std::sqrt(given[0].number), out);
    });
}

base::Result<NodePtr> fixed(const Call& call, double value) {
    Vector one = Vector::constant(Type::number);
    one.add_number(value);
    one.end_row();
    return constant_node(std::move(one), call.place);
}

base::Result<NodePtr> pi(Call& call) { return fixed(call, std::numbers::pi); }
base::Result<NodePtr> tau(Call& call) { return fixed(call, 2 * std::numbers::pi); }
base::Result<NodePtr> euler(Call& call) { return fixed(call, std::numbers::e); }

constexpr Function functions[] = {
    {"abs", 1, 1, absolute},
    {"acos", 1, 1, of_one<::acos>},
    {"asin", 1, 1, of_one<::asin>},
    {"atan", 1, 1, of_one<::atan>},
    {"atan2", 2, 2, of_two<::atan2>},
    {"cbrt", 1, 1, of_one<::cbrt>},
    {"ceil", 1, 1, rounded<::ceil>},
    {"cos", 1, 1, of_one<::cos>},
    {"cosh", 1, 1, of_one<::cosh>},
    {"e", 0, 0, euler},
    {"exp", 1, 1, of_one<::exp>},
    {"floor", 1, 1, rounded<::floor>},
    {"hypot", 2, 2, of_two<::hypot>},
    {"log", 1, 2, log},
    {"log10", 1, 1, logarithm<decimal>},
    {"pi", 0, 0, pi},
    {"pow", 2, 2, of_two<::pow>},
    {"round", 1, 2, round_number},
    {"signum", 1, 1, sign},
    {"sin", 1, 1, of_one<::sin>},
    {"sinh", 1, 1, of_one<::sinh>},
    {"sqrt", 1, 1, root},
    {"tan", 1, 1, of_one<::tan>},
    {"tanh", 1, 1, of_one<::tanh>},
    {"tau", 0, 0, tau},
};

}  // namespace

std::span<const Function> math_functions() { return functions; }

}  // namespace query::esql
