#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "query/esql/date.h"
#include "query/esql/function.h"

// + - * / % and the sign.

namespace query::esql {

namespace {

constexpr std::string_view by_zero = "java.lang.ArithmeticException: / by zero";
constexpr std::string_view integer_overflow = "java.lang.ArithmeticException: integer overflow";
constexpr std::string_view long_overflow = "java.lang.ArithmeticException: long overflow";
constexpr std::string_view no_number =
    "java.lang.ArithmeticException: not a finite double number: NaN";

bool fits(Type type, std::int64_t value) {
    return type != Type::integer || value == static_cast<std::int32_t>(value);
}

// Whether it overflows.
bool compute(char operation, std::int64_t one, std::int64_t other, std::int64_t& result) {
    switch (operation) {
        case '+':
            return __builtin_add_overflow(one, other, &result);
        case '-':
            return __builtin_sub_overflow(one, other, &result);
        case '*':
            return __builtin_mul_overflow(one, other, &result);
        case '/':
            if (other == -1) return __builtin_sub_overflow(std::int64_t{0}, one, &result);
            result = one / other;
            return false;
        default:
            result = other == -1 ? 0 : one % other;
            return false;
    }
}

Scalar integers(char operation, Type type) {
    return [operation, type](const Cell* given, Outcome& out) {
        const std::int64_t one = given[0].integer;
        const std::int64_t other = given[1].integer;
        if ((operation == '/' || operation == '%') && other == 0) return out.fail(by_zero);
        if (compute(operation, one, other, out.cell.integer) || !fits(type, out.cell.integer))
            return out.fail(type == Type::integer ? integer_overflow : long_overflow);
        return true;
    };
}

Scalar numbers(char operation) {
    return [operation](const Cell* given, Outcome& out) {
        const double one = given[0].number;
        const double other = given[1].number;
        switch (operation) {
            case '+':
                out.cell.number = one + other;
                break;
            case '-':
                out.cell.number = one - other;
                break;
            case '*':
                out.cell.number = one * other;
                break;
            case '/':
                if (other == 0) return out.fail(by_zero);
                out.cell.number = one / other;
                break;
            default:
                if (other == 0) return out.fail(by_zero);
                out.cell.number = std::fmod(one, other);
        }
        return std::isfinite(out.cell.number) || out.fail(no_number);
    };
}

Span span_of(const Call& call, std::size_t argument) {
    const Vector* value = call.arguments[argument]->constant();
    return value == nullptr ? Span{} : Span{value->integer(1), value->integer(0)};
}

// A date and a span of time, in this order or (for +) the other.
base::Result<NodePtr> with_span(Call& call, bool negative) {
    const std::size_t at = call.type(0) == Type::span ? 0 : 1;
    Span span = span_of(call, at);
    if (negative) span = {-span.months, -span.nanos};
    if (call.type(1 - at) == Type::span) {
        const Span other = span_of(call, 1 - at);
        Literal sum;
        sum.kind = Literal::Kind::span;
        if (__builtin_add_overflow(other.nanos, span.nanos, &sum.integer) ||
            __builtin_add_overflow(other.months, span.months, &sum.months) ||
            (sum.months != 0 && sum.integer != 0))
            return refuse("spans of unlike kinds cannot be added", call.place);
        return literal_node(sum, call.place);
    }
    TRY(call.want_date(1 - at));
    const NodePtr dropped = std::move(call.arguments[at]);
    call.arguments.erase(call.arguments.begin() + static_cast<std::ptrdiff_t>(at));
    return call.scalar(Type::date, [span](const Cell* given, Outcome& out) {
        return moved(given[0].integer, span, out.cell.integer) || out.fail(long_overflow);
    });
}

template <char operation>
base::Result<NodePtr> arithmetic(Call& call) {
    const bool sum = operation == '+' || operation == '-';
    const bool span_first = call.type(0) == Type::span;
    const bool span_second = call.type(1) == Type::span;
    if (sum && (span_second || (span_first && operation == '+')))
        return with_span(call, operation == '-');
    for (std::size_t at = 0; at < 2; ++at) {
        if (!is_number(call.type(at)) && call.type(at) != Type::null) {
            return refuse(fmt::format("[{}] has arguments with incompatible types [{}] and [{}]",
                                      std::string_view(call.name), name_of(call.type(0)),
                                      name_of(call.type(1))),
                          call.place);
        }
    }
    const Type type = wider(call.type(0), call.type(1));
    if (type == Type::null) return null_node(Type::integer, call.place);
    call.widen(0, type);
    call.widen(1, type);
    return call.scalar(type, type == Type::number ? numbers(operation) : integers(operation, type));
}

base::Result<NodePtr> negative(Call& call) {
    if (const Vector* value = call.arguments[0]->constant();
        value != nullptr && call.type(0) == Type::span) {
        Literal span;
        span.kind = Literal::Kind::span;
        span.integer = -value->integer(0);
        span.months = -value->integer(1);
        return literal_node(span, call.place);
    }
    TRY(call.want_number(0));
    const Type type = call.type(0);
    return call.scalar(type, [type](const Cell* given, Outcome& out) {
        out.cell.number = -given[0].number;
        if (__builtin_sub_overflow(std::int64_t{0}, given[0].integer, &out.cell.integer) ||
            !fits(type, out.cell.integer))
            return out.fail(type == Type::integer ? integer_overflow : long_overflow);
        return true;
    });
}

constexpr Function functions[] = {
    {"+", 2, 2, arithmetic<'+'>}, {"-", 2, 2, arithmetic<'-'>}, {"*", 2, 2, arithmetic<'*'>},
    {"/", 2, 2, arithmetic<'/'>}, {"%", 2, 2, arithmetic<'%'>}, {"neg", 1, 1, negative},
};

}  // namespace

std::span<const Function> arithmetic_functions() { return functions; }

}  // namespace query::esql
