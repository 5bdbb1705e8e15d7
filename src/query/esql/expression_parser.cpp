#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/clock.h"
#include "query/esql/parser.h"
#include "query/esql/words.h"

namespace query::esql {

namespace {

using Kind = Token::Kind;

bool is_comparison(const Token& token) {
    constexpr std::array<std::string_view, 6> operators = {"==", "!=", "<", "<=", ">", ">="};
    return token.kind == Kind::symbol &&
           std::find(operators.begin(), operators.end(), token.text) != operators.end();
}

// "hours" behind a number makes a span of time. Nothing for other words.
std::optional<Literal> span_of(std::int64_t count, std::string_view unit) {
    struct Unit {
        std::string_view names;  // each between blanks
        std::int64_t months;
        base::Nanos nanos;
    };
    static constexpr std::array<Unit, 9> units = {{
        {" millisecond milliseconds ms ", 0, base::millisecond},
        {" second seconds sec s ", 0, base::second},
        {" minute minutes min ", 0, base::minute},
        {" hour hours h ", 0, base::hour},
        {" day days d ", 0, base::day},
        {" week weeks w ", 0, 7 * base::day},
        {" month months mo ", 1, 0},
        {" quarter quarters q ", 3, 0},
        {" year years yr y ", 12, 0},
    }};
    const std::string wanted = fmt::format(" {} ", lower_of(unit));
    for (const Unit& one : units) {
        if (one.names.find(wanted) == std::string_view::npos) continue;
        Literal span;
        span.kind = Literal::Kind::span;
        if (__builtin_mul_overflow(count, one.months, &span.months) ||
            __builtin_mul_overflow(count, one.nanos, &span.integer))
            return std::nullopt;
        if (std::abs(span.months) > 12 * 100'000) return std::nullopt;
        return span;
    }
    return std::nullopt;
}

}  // namespace

base::Result<Expression> Parser::make(std::string name, std::vector<Expression> arguments,
                                      std::size_t begin) {
    Expression made;
    made.kind = Expression::Kind::call;
    made.name = std::move(name);
    made.place = {begin, end_ - begin};
    for (const Expression& argument : arguments) made.depth = std::max(made.depth, argument.depth);
    if (++made.depth > depth_limit) {
        return refuse(fmt::format("expected an expression at most {} deep", depth_limit),
                      made.place);
    }
    made.arguments = std::move(arguments);
    return made;
}

// Chains of `or` and of `and` are one call with all of them.
base::Result<Expression> Parser::expression() {
    if (++nesting_ > depth_limit) {
        return refuse(fmt::format("expected an expression at most {} deep", depth_limit),
                      token_.place);
    }
    const std::size_t begin = token_.place.offset;
    std::vector<Expression> choices;
    do {
        TRY(Expression one, conjunction());
        choices.push_back(std::move(one));
        TRY(const bool more, take_keyword("or"));
        if (!more) break;
    } while (true);
    --nesting_;
    if (choices.size() == 1) return std::move(choices.front());
    return make("or", std::move(choices), begin);
}

base::Result<Expression> Parser::conjunction() {
    const std::size_t begin = token_.place.offset;
    std::vector<Expression> all;
    do {
        TRY(Expression one, negation());
        all.push_back(std::move(one));
        TRY(const bool more, take_keyword("and"));
        if (!more) break;
    } while (true);
    if (all.size() == 1) return std::move(all.front());
    return make("and", std::move(all), begin);
}

base::Result<Expression> Parser::negation() {
    const std::size_t begin = token_.place.offset;
    std::size_t times = 0;
    for (;; ++times) {
        TRY(const bool taken, take_keyword("not"));
        if (!taken) break;
    }
    TRY(Expression inner, comparison());
    if (times == 0) return inner;
    // Not reduced to one or none: `not` of what is no boolean has to be refused.
    std::vector<Expression> arguments;
    arguments.push_back(std::move(inner));
    TRY(Expression once, make("not", std::move(arguments), begin));
    if (times % 2 == 1) return once;
    arguments.clear();
    arguments.push_back(std::move(once));
    return make("not", std::move(arguments), begin);
}

base::Result<Expression> Parser::comparison() {
    const std::size_t begin = token_.place.offset;
    TRY(Expression left, sum());
    std::vector<Expression> arguments;
    arguments.push_back(std::move(left));
    if (is_comparison(token_)) {
        const std::string name = token_.text;
        TRY(advance());
        TRY(Expression right, sum());
        arguments.push_back(std::move(right));
        return make(name, std::move(arguments), begin);
    }
    if (is_symbol(":")) {
        if (arguments.front().kind != Expression::Kind::field)
            return unexpected("{<EOF>, '|', 'and', 'or'}");
        TRY(advance());
        TRY(Expression right, signed_value());
        if (right.kind != Expression::Kind::literal)
            return refuse("expected a constant behind ':'", right.place);
        arguments.push_back(std::move(right));
        return make("match", std::move(arguments), begin);
    }
    TRY(const bool is, take_keyword("is"));
    if (is) {
        TRY(const bool negative, take_keyword("not"));
        TRY(const bool null, take_keyword("null"));
        if (!null) return unexpected("'null'");
        return make(negative ? "is_not_null" : "is_null", std::move(arguments), begin);
    }
    TRY(const bool negative, take_keyword("not"));
    std::string name;
    for (const char* word : {"like", "rlike", "in"}) {
        TRY(const bool taken, take_keyword(word));
        if (!taken) continue;
        name = word;
        break;
    }
    if (name.empty()) {
        if (negative) return unexpected("{'like', 'rlike', 'in'}");
        return std::move(arguments.front());
    }
    if (name == "in" || is_symbol("(")) {
        TRY(std::vector<Expression> values, list_in_brackets());
        for (Expression& value : values) arguments.push_back(std::move(value));
    } else {
        if (token_.kind != Kind::text && token_.kind != Kind::parameter)
            return unexpected("QUOTED_STRING");
        TRY(Expression pattern, primary());
        arguments.push_back(std::move(pattern));
    }
    TRY(Expression made, make(name, std::move(arguments), begin));
    if (!negative) return made;
    std::vector<Expression> one;
    one.push_back(std::move(made));
    return make("not", std::move(one), begin);
}

base::Result<std::vector<Expression>> Parser::list_in_brackets() {
    std::vector<Expression> values;
    TRY(expect_symbol("("));
    for (;;) {
        TRY(Expression value, expression());
        values.push_back(std::move(value));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    TRY(expect_symbol(")"));
    return values;
}

base::Result<Expression> Parser::sum() {
    const std::size_t begin = token_.place.offset;
    TRY(Expression left, product());
    while (is_symbol("+") || is_symbol("-")) {
        const std::string name = token_.text;
        TRY(advance());
        std::vector<Expression> arguments;
        arguments.push_back(std::move(left));
        TRY(Expression right, product());
        arguments.push_back(std::move(right));
        TRY(left, make(name, std::move(arguments), begin));
    }
    return left;
}

base::Result<Expression> Parser::product() {
    const std::size_t begin = token_.place.offset;
    TRY(Expression left, signed_value());
    while (is_symbol("*") || is_symbol("/") || is_symbol("%")) {
        const std::string name = token_.text;
        TRY(advance());
        std::vector<Expression> arguments;
        arguments.push_back(std::move(left));
        TRY(Expression right, signed_value());
        arguments.push_back(std::move(right));
        TRY(left, make(name, std::move(arguments), begin));
    }
    return left;
}

base::Result<Expression> Parser::signed_value() {
    const std::size_t begin = token_.place.offset;
    bool negative = false;
    int signs = 0;
    while (is_symbol("-") || is_symbol("+")) {
        if (is_symbol("-")) negative = !negative;
        ++signs;
        TRY(advance());
        if ((token_.kind == Kind::integer || token_.kind == Kind::decimal) && negative) {
            TRY(Expression made, number(true));
            made.place = {begin, end_ - begin};
            return casts_of(std::move(made));
        }
    }
    TRY(Expression inner, primary());
    TRY(inner, casts_of(std::move(inner)));
    if (signs == 0 || !negative) return inner;
    std::vector<Expression> arguments;
    arguments.push_back(std::move(inner));
    return make("neg", std::move(arguments), begin);
}

base::Result<Expression> Parser::casts_of(Expression value) {
    const std::size_t begin = value.place.offset;
    while (is_symbol("::")) {
        TRY(advance());
        if (token_.kind != Kind::name) return unexpected("the name of a type");
        const std::string name = "::" + lower_of(token_.text);
        TRY(advance());
        std::vector<Expression> arguments;
        arguments.push_back(std::move(value));
        TRY(value, make(name, std::move(arguments), begin));
    }
    return value;
}

base::Result<Expression> Parser::number(bool negative) {
    Expression made;
    const std::size_t begin = token_.place.offset;
    const std::string text = (negative ? "-" : "") + token_.text;
    const char* const last = text.data() + text.size();
    made.literal.kind = Literal::Kind::integer;
    const bool whole = token_.kind == Kind::integer &&
                       std::from_chars(text.data(), last, made.literal.integer).ec == std::errc();
    if (!whole) {
        made.literal.kind = Literal::Kind::number;
        const auto [end, error] = std::from_chars(text.data(), last, made.literal.number);
        if (error != std::errc() || !std::isfinite(made.literal.number))
            return refuse(fmt::format("Number [{}] is too large", text.substr(0, 50)),
                          token_.place);
    }
    TRY(advance());
    if (whole && token_.kind == Kind::name) {
        if (auto span = span_of(made.literal.integer, token_.text)) {
            made.literal = std::move(*span);
            TRY(advance());
        }
    }
    made.place = {begin, end_ - begin};
    return made;
}

base::Result<Expression> Parser::primary() {
    Expression made;
    made.place = token_.place;
    switch (token_.kind) {
        case Kind::text:
            made.literal.kind = Literal::Kind::text;
            made.literal.text = token_.text;
            TRY(advance());
            return made;
        case Kind::integer:
        case Kind::decimal:
            return number(false);
        case Kind::parameter:
            return parameter();
        case Kind::quoted_name:
            return field();
        case Kind::name:
            break;
        default:
            if (is_symbol("[")) return list();
            if (!is_symbol("(")) return unexpected("an expression");
            TRY(advance());
            TRY(Expression inner, expression());
            TRY(expect_symbol(")"));
            return inner;
    }
    TRY(const bool null, take_keyword("null"));
    if (null) return made;
    for (const bool value : {true, false}) {
        TRY(const bool taken, take_keyword(value ? "true" : "false"));
        if (!taken) continue;
        made.literal.kind = Literal::Kind::boolean;
        made.literal.integer = value ? 1 : 0;
        return made;
    }
    for (const char* word :
         {"and", "or", "not", "is", "in", "like", "rlike", "by", "asc", "desc"}) {
        if (is_keyword(word)) return unexpected("an expression");
    }
    return field();
}

base::Result<Expression> Parser::parameter() {
    const Token token = token_;
    TRY(advance());
    const Parameter* found = nullptr;
    std::size_t position = 0;
    const char* const last = token.text.data() + token.text.size();
    if (token.text.empty()) {
        position = ++used_parameters_;
    } else if (std::from_chars(token.text.data(), last, position).ptr != last) {
        position = 0;
        for (const Parameter& one : parameters_) {
            if (one.name == token.text) found = &one;
        }
        if (found == nullptr)
            return refuse(fmt::format("Unknown query parameter [{}]", token.text), token.place);
    }
    if (found == nullptr) {
        if (position == 0 || position > parameters_.size()) {
            return refuse(fmt::format("Not enough actual parameters {}: expected one for [?{}]",
                                      parameters_.size(), token.text),
                          token.place);
        }
        found = &parameters_[position - 1];
    }
    Expression made;
    made.literal = found->value;
    made.place = token.place;
    return made;
}

base::Result<Expression> Parser::list() {
    Expression made;
    const std::size_t begin = token_.place.offset;
    made.literal.kind = Literal::Kind::list;
    TRY(advance());
    if (is_symbol("]")) return unexpected("a constant");
    for (;;) {
        TRY(Expression value, signed_value());
        const auto kind = value.literal.kind;
        if (value.kind != Expression::Kind::literal || kind == Literal::Kind::list ||
            kind == Literal::Kind::span || kind == Literal::Kind::null)
            return refuse("expected a constant: a number, a text, true or false", value.place);
        auto& several = made.literal.several;
        if (!several.empty() && several.front().kind != kind) {
            const bool numbers = kind != Literal::Kind::text && kind != Literal::Kind::boolean &&
                                 several.front().kind != Literal::Kind::text &&
                                 several.front().kind != Literal::Kind::boolean;
            if (!numbers) return refuse("expected constants of one type", value.place);
        }
        several.push_back(std::move(value.literal));
        TRY(const bool more, take_symbol(","));
        if (!more) break;
    }
    TRY(expect_symbol("]"));
    made.place = {begin, end_ - begin};
    // Integers among numbers are numbers.
    auto& several = made.literal.several;
    if (std::any_of(several.begin(), several.end(),
                    [](const Literal& one) { return one.kind == Literal::Kind::number; })) {
        for (Literal& one : several) {
            if (one.kind == Literal::Kind::integer) one.number = static_cast<double>(one.integer);
            one.kind = Literal::Kind::number;
        }
    }
    return made;
}

base::Result<Expression> Parser::call(const Token& name) {
    TRY(expect_symbol("("));
    std::vector<Expression> arguments;
    if (!is_symbol(")")) {
        if (++nesting_ > depth_limit)
            return refuse(fmt::format("expected calls at most {} deep", depth_limit), name.place);
        for (;;) {
            if (is_symbol("*") && arguments.empty()) {
                Expression star;
                star.kind = Expression::Kind::star;
                star.place = token_.place;
                arguments.push_back(std::move(star));
                TRY(advance());
                break;
            }
            TRY(Expression argument, expression());
            arguments.push_back(std::move(argument));
            TRY(const bool more, take_symbol(","));
            if (!more) break;
        }
        --nesting_;
    }
    TRY(expect_symbol(")"));
    return make(lower_of(name.text), std::move(arguments), name.place.offset);
}

// a.b.`c d`, or a function's name in front of its brackets.
base::Result<Expression> Parser::field() {
    const Token first = token_;
    Expression made;
    made.kind = Expression::Kind::field;
    made.name = first.text;
    TRY(advance());
    if (first.kind == Kind::name && is_symbol("(")) return call(first);
    while (is_symbol(".")) {
        TRY(advance());
        if (token_.kind != Kind::name && token_.kind != Kind::quoted_name &&
            token_.kind != Kind::integer)
            return unexpected("a name");
        made.name += "." + token_.text;
        TRY(advance());
    }
    made.place = {first.place.offset, end_ - first.place.offset};
    return made;
}

}  // namespace query::esql
