#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "query/esql/function.h"
#include "query/esql/words.h"
#include "query/time_text.h"

// TO_… and `::type`. Each value of a row is converted by itself.

namespace query::esql {

namespace {

// False: it cannot be; `why` says it.
using Convert = bool (*)(Type from, const Cell& value, Outcome& out);

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool read_number(std::string_view text, double& value) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

bool fail_text(Outcome& out, std::string_view text, std::string_view type) {
    out.buffer = fmt::format(
        "org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse {} [{}]", type,
        text.substr(0, 100));
    return out.fail(out.buffer);
}

bool out_of_range(Outcome& out, std::string_view value, std::string_view type) {
    out.buffer = fmt::format(
        "org.elasticsearch.xpack.esql.core.InvalidArgumentException: [{}] out of [{}] range", value,
        type);
    return out.fail(out.buffer);
}

bool rounded(double value, Outcome& out) {
    const double whole = std::floor(value + 0.5);
    if (!(whole >= -9.2233720368547758e18 && whole < 9.2233720368547758e18))
        return out_of_range(out, number_text(value), "long");
    out.cell.integer = static_cast<std::int64_t>(whole);
    return true;
}

bool to_long(Type from, const Cell& value, Outcome& out) {
    switch (from) {
        case Type::number:
            return rounded(value.number, out);
        case Type::date:
            out.cell.integer = value.integer / base::millisecond;
            if (value.integer % base::millisecond < 0) --out.cell.integer;
            return true;
        case Type::keyword:
        case Type::text: {
            const std::string_view text = trimmed(value.text);
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), out.cell.integer);
            if (error == std::errc() && end == text.data() + text.size()) return true;
            double number = 0;
            if (!read_number(text, number)) return fail_text(out, value.text, "number");
            return rounded(number, out);
        }
        default:
            out.cell.integer = value.integer;
            return true;
    }
}

bool to_integer(Type from, const Cell& value, Outcome& out) {
    if (!to_long(from, value, out)) return false;
    const std::int64_t whole = out.cell.integer;
    return whole == static_cast<std::int32_t>(whole) ||
           out_of_range(out, fmt::format("{}", whole), "integer");
}

bool to_double(Type from, const Cell& value, Outcome& out) {
    if (from == Type::number) {
        out.cell.number = value.number;
    } else if (is_text(from)) {
        return read_number(value.text, out.cell.number) || fail_text(out, value.text, "number");
    } else {
        std::int64_t whole = value.integer;
        if (from == Type::date) whole /= base::millisecond;
        out.cell.number = static_cast<double>(whole);
    }
    return true;
}

bool to_boolean(Type from, const Cell& value, Outcome& out) {
    if (is_text(from)) {
        out.cell.integer = lower_of(value.text) == "true" ? 1 : 0;
    } else {
        out.cell.integer = (from == Type::number ? value.number != 0 : value.integer != 0) ? 1 : 0;
    }
    return true;
}

bool to_text(Type from, const Cell& value, Outcome& out) { return out.text(text_of(from, value)); }

bool to_date(Type from, const Cell& value, Outcome& out) {
    if (is_text(from)) {
        const auto time = date_of(value.text, 0);
        if (!time) {
            out.buffer = fmt::format(
                "java.lang.IllegalArgumentException: failed to parse date field [{}] with format "
                "[yyyy-MM-dd'T'HH:mm:ss.SSS'Z']",
                value.text.substr(0, 100));
            return out.fail(out.buffer);
        }
        out.cell.integer = time->begin;
        return true;
    }
    if (from == Type::date) {
        out.cell.integer = value.integer;
        return true;
    }
    if (!to_long(from, value, out)) return false;
    const std::int64_t millis = out.cell.integer;
    return !__builtin_mul_overflow(millis, base::millisecond, &out.cell.integer) ||
           out_of_range(out, fmt::format("{}", millis), "date");
}

bool to_ip(Type from, const Cell& value, Outcome& out) {
    if (from == Type::ip) {
        out.cell.ip = value.ip;
        return true;
    }
    const auto address = event::Ip::parse(trimmed(value.text));
    if (!address) {
        out.buffer = fmt::format(
            "java.lang.IllegalArgumentException: '{}' is not an IP string "
            "literal.",
            value.text.substr(0, 100));
        return out.fail(out.buffer);
    }
    out.cell.ip = *address;
    return true;
}

bool can_convert(Type from, Type to) {
    if (from == Type::null || from == to || is_text(from)) return true;
    if (is_text(to)) return from != Type::span;
    if (from == Type::ip || to == Type::ip || from == Type::span) return false;
    return !(to == Type::boolean && from == Type::date) &&
           !(to == Type::date && from == Type::boolean);
}

Convert conversion_to(Type to) {
    switch (to) {
        case Type::integer:
            return to_integer;
        case Type::whole:
            return to_long;
        case Type::number:
            return to_double;
        case Type::boolean:
            return to_boolean;
        case Type::date:
            return to_date;
        case Type::ip:
            return to_ip;
        default:
            return to_text;
    }
}

template <Type to>
base::Result<NodePtr> conversion(Call& call) {
    return converted(call, to);
}

template <bool to_degrees>
base::Result<NodePtr> angle(Call& call) {
    TRY(call.want_number(0));
    call.widen(0, Type::number);
    return call.scalar(Type::number, [](const Cell* given, Outcome& out) {
        constexpr double half = 180 / 3.141592653589793;
        out.cell.number = to_degrees ? given[0].number * half : given[0].number / half;
        return std::isfinite(out.cell.number);
    });
}

constexpr Function functions[] = {
    {"to_bool", 1, 1, conversion<Type::boolean>},
    {"to_boolean", 1, 1, conversion<Type::boolean>},
    {"to_date", 1, 1, conversion<Type::date>},
    {"to_datetime", 1, 1, conversion<Type::date>},
    {"to_dbl", 1, 1, conversion<Type::number>},
    {"to_degrees", 1, 1, angle<true>},
    {"to_double", 1, 1, conversion<Type::number>},
    {"to_dt", 1, 1, conversion<Type::date>},
    {"to_int", 1, 1, conversion<Type::integer>},
    {"to_integer", 1, 1, conversion<Type::integer>},
    {"to_ip", 1, 1, conversion<Type::ip>},
    {"to_long", 1, 1, conversion<Type::whole>},
    {"to_radians", 1, 1, angle<false>},
    {"to_str", 1, 1, conversion<Type::keyword>},
    {"to_string", 1, 1, conversion<Type::keyword>},
    {"::bool", 1, 1, conversion<Type::boolean>},
    {"::boolean", 1, 1, conversion<Type::boolean>},
    {"::date", 1, 1, conversion<Type::date>},
    {"::datetime", 1, 1, conversion<Type::date>},
    {"::double", 1, 1, conversion<Type::number>},
    {"::int", 1, 1, conversion<Type::integer>},
    {"::integer", 1, 1, conversion<Type::integer>},
    {"::ip", 1, 1, conversion<Type::ip>},
    {"::keyword", 1, 1, conversion<Type::keyword>},
    {"::long", 1, 1, conversion<Type::whole>},
    {"::string", 1, 1, conversion<Type::keyword>},
    {"::text", 1, 1, conversion<Type::keyword>},
};

}  // namespace

base::Result<NodePtr> converted(Call& call, Type to) {
    const Type from = call.type(0);
    if (!can_convert(from, to)) {
        return call.wrong(0,
                          to == Type::ip ? "ip or string" : "boolean, datetime, numeric or string");
    }
    const Place place = call.place;
    return call.whole(
        to, [from, convert = conversion_to(to), place, outcome = Outcome()](
                const Vectors& given, std::uint32_t rows, Vector& out, Execution& run) mutable {
            for (std::uint32_t row = 0; row < rows; ++row) {
                const auto [first, last] = given[0]->values_of(row);
                for (std::uint32_t at = first; at < last; ++at) {
                    outcome.why = {};
                    if (convert(from, given[0]->at(at), outcome)) {
                        out.add(outcome.cell);
                    } else {
                        run.warn(place, outcome.why);
                    }
                }
                out.end_row();
            }
        });
}

std::span<const Function> conversion_functions() { return functions; }

}  // namespace query::esql
