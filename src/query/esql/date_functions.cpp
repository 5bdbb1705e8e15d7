#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <memory>

#include "query/dsl/date_pattern.h"
#include "query/esql/date.h"
#include "query/esql/function.h"
#include "query/esql/words.h"
#include "query/time_text.h"

namespace query::esql {

namespace {

base::Result<NodePtr> now(Call& call) {
    Vector one = Vector::constant(Type::date);
    one.add_integer(call.now);
    one.end_row();
    return constant_node(std::move(one), call.place);
}

base::Result<Span> span_of(const Call& call, std::size_t argument) {
    const Vector* value = call.arguments[argument]->constant();
    if (call.type(argument) != Type::span || value == nullptr)
        return call.wrong(argument, "dateperiod or timeduration");
    const Span span{value->integer(1), value->integer(0)};
    if (span.months < 0 || span.nanos < 0 || (span.months == 0 && span.nanos == 0)) {
        return refuse("Zero or negative time interval is not supported",
                      call.arguments[argument]->place());
    }
    return span;
}

base::Result<NodePtr> truncation(Call& call, std::size_t date, Span span) {
    NodePtr kept = std::move(call.arguments[date]);
    call.arguments.clear();
    call.arguments.push_back(std::move(kept));
    return call.scalar(Type::date, [span](const Cell* given, Outcome& out) {
        out.cell.integer = truncated(given[0].integer, span);
        return true;
    });
}

base::Result<NodePtr> date_trunc(Call& call) {
    TRY(const Span span, span_of(call, 0));
    TRY(call.want_date(1));
    return truncation(call, 1, span);
}

double constant_number(const Call& call, std::size_t argument) {
    const Vector* value = call.arguments[argument]->constant();
    if (value == nullptr || value->size() != 1 || !is_number(value->type())) return std::nan("");
    return value->type() == Type::number ? value->number(0)
                                         : static_cast<double>(value->integer(0));
}

base::Result<NodePtr> buckets_of_numbers(Call& call) {
    TRY(call.want_number(0));
    double size = constant_number(call, 1);
    if (call.count() == 4) {
        const double from = constant_number(call, 2);
        const double to = constant_number(call, 3);
        const double precise = (to - from) / size;
        const double power = std::pow(10.0, std::ceil(std::log10(precise)));
        size = precise < power / 2 ? power / 2 : power;
    } else if (call.count() != 2) {
        return refuse(fmt::format("function expects exactly four arguments when the first one is "
                                  "of type [{}] and the second of type [INTEGER]",
                                  name_of(call.type(0))),
                      call.place);
    }
    if (!std::isfinite(size) || size <= 0)
        return refuse(fmt::format("[{}] must have constant sizes and ends, above zero",
                                  call.source(call.place)),
                      call.place);
    call.arguments.resize(1);
    call.widen(0, Type::number);
    return call.scalar(Type::number, [size](const Cell* given, Outcome& out) {
        out.cell.number = std::floor(given[0].number / size) * size;
        return std::isfinite(out.cell.number);
    });
}

// BUCKET(field, span), BUCKET(field, count, from, to).
base::Result<NodePtr> bucket(Call& call) {
    if (call.type(0) != Type::date && call.type(0) != Type::null) {
        if (!is_number(call.type(0))) return call.wrong(0, "datetime or numeric");
        return buckets_of_numbers(call);
    }
    if (call.type(1) == Type::span && call.count() == 2) {
        TRY(const Span span, span_of(call, 1));
        return truncation(call, 0, span);
    }
    if (call.count() != 4) {
        return refuse(
            "function expects exactly four arguments when the first one is of type [DATETIME] and "
            "the second of type [INTEGER]",
            call.place);
    }
    const double count = constant_number(call, 1);
    TRY(call.want_date(2));
    TRY(call.want_date(3));
    const Vector* from = call.arguments[2]->constant();
    const Vector* to = call.arguments[3]->constant();
    if (std::isnan(count) || count < 1 || count > 1e6 || from == nullptr || to == nullptr ||
        from->size() != 1 || to->size() != 1)
        return refuse(fmt::format("[{}] must have a constant number of buckets and constant ends",
                                  call.source(call.place)),
                      call.place);
    return truncation(call, 0,
                      span_for(static_cast<std::size_t>(count), from->integer(0), to->integer(0)));
}

base::Result<NodePtr> date_extract(Call& call) {
    TRY(const std::string name, call.constant_text(0));
    TRY(call.want_date(1));
    const auto field = date_field(lower_of(name));
    if (!field) {
        return refuse(fmt::format("invalid date field for [{}]: {}", call.source(call.place),
                                  name.substr(0, 50)),
                      call.arguments[0]->place());
    }
    call.arguments.erase(call.arguments.begin());
    return call.scalar(Type::whole, [field = *field](const Cell* given, Outcome& out) {
        out.cell.integer = field(given[0].integer);
        return true;
    });
}

base::Result<NodePtr> date_diff(Call& call) {
    TRY(const std::string unit, call.constant_text(0));
    const std::string lower = lower_of(unit);
    if (!date_difference(lower, 0, 0)) {
        return refuse(fmt::format("A value of [YEAR, QUARTER, MONTH, …, NANOSECOND] or their "
                                  "aliases is required; received [{}]",
                                  unit.substr(0, 50)),
                      call.arguments[0]->place());
    }
    TRY(call.want_date(1));
    TRY(call.want_date(2));
    call.arguments.erase(call.arguments.begin());
    return call.scalar(Type::integer, [lower](const Cell* given, Outcome& out) {
        const auto difference = date_difference(lower, given[0].integer, given[1].integer);
        if (!difference || *difference != static_cast<std::int32_t>(*difference)) {
            return out.fail(
                "org.elasticsearch.xpack.esql.core.InvalidArgumentException: the difference is out "
                "of [integer] range");
        }
        out.cell.integer = *difference;
        return true;
    });
}

base::Result<std::string> pattern_of(Call& call) {
    TRY(std::string pattern, call.constant_text(0));
    if (const std::string trouble = dsl::trouble_of_pattern(pattern); !trouble.empty()) {
        return refuse(
            fmt::format("invalid date pattern for [{}]: {}", call.source(call.place), trouble),
            call.arguments[0]->place());
    }
    call.arguments.erase(call.arguments.begin());
    return pattern;
}

base::Result<NodePtr> date_format(Call& call) {
    std::string pattern;
    if (call.count() == 2) {
        TRY(pattern, pattern_of(call));
    }
    TRY(call.want_date(0));
    return call.scalar(Type::keyword, [pattern](const Cell* given, Outcome& out) {
        return out.text(pattern.empty() ? date_text(given[0].integer)
                                        : dsl::format_pattern(given[0].integer, 0, pattern));
    });
}

base::Result<NodePtr> date_parse(Call& call) {
    std::string pattern;
    if (call.count() == 2) {
        TRY(pattern, pattern_of(call));
    }
    TRY(call.want_text(0));
    return call.scalar(Type::date, [pattern](const Cell* given, Outcome& out) {
        std::string iso(given[0].text);
        if (!pattern.empty()) {
            auto read = dsl::iso_of(given[0].text, pattern);
            iso = read ? std::move(*read) : "";
        }
        const auto time = date_of(iso, 0);
        if (!time)
            return out.fail("java.lang.IllegalArgumentException: failed to parse date field");
        out.cell.integer = time->begin;
        return true;
    });
}

constexpr Function functions[] = {
    {"bin", 2, 4, bucket},
    {"bucket", 2, 4, bucket},
    {"date_diff", 3, 3, date_diff},
    {"date_extract", 2, 2, date_extract},
    {"date_format", 1, 2, date_format},
    {"date_parse", 1, 2, date_parse},
    {"date_trunc", 2, 2, date_trunc},
    {"now", 0, 0, now},
};

}  // namespace

std::span<const Function> date_functions() { return functions; }

}  // namespace query::esql
