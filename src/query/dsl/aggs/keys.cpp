#include "query/dsl/aggs/keys.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/parse_number.h"
#include "event/json_text.h"
#include "query/search.h"

namespace query::dsl {

namespace {

using storage::Predicate;

Failure wrong_key(const json::value& shown, const KeySource& source) {
    return {400, "illegal_argument_exception",
            fmt::format("[{}] is no value of the field [{}] of type [{}]",
                        text_of_scalar(shown).value_or("…").substr(0, 100), source.field.asked,
                        name_of(source.field.type)),
            true};
}

bool is_time(const KeySource& source) {
    return source.kind == AggregationType::date_histogram || source.field.type == FieldType::date;
}

Parsed<Value> time_of(const json::value& shown, const std::string& text, const KeySource& source,
                      base::Nanos now) {
    const auto millis = base::parse_number<double>(text);
    const bool as_number = !shown.is_string() || !source.format || source.format->is_epoch();
    if (millis && as_number && !(source.format && source.format->is_epoch()))
        return Value(Time{nanos_of_millis(*millis)});
    TRY(const TimeSpan span, source.format.value_or(DateFormat()).parse(text, source.zone, now));
    return Value(Time{span.begin});
}

storage::Bound bound_of(double number, bool inclusive) {
    storage::Bound bound;
    bound.value.number = number;
    bound.inclusive = inclusive;
    return bound;
}

storage::Bound bound_of(base::Nanos time) {
    storage::Bound bound;
    bound.value.time_begin = time;
    bound.value.time_end = time + 1;
    return bound;
}

Predicate between_times(const std::string& field, base::Nanos begin, base::Nanos end) {
    storage::Bound upper = bound_of(end);
    upper.inclusive = false;
    return Predicate::between(field, bound_of(begin), std::move(upper));
}

// Longer ones Elasticsearch does not have in an index either (of a text's twin: 256 characters).
bool is_indexed(const std::string* text, const MappedField& field) {
    const std::size_t most = field.asked.ends_with(".keyword") ? 1'024 : 32'766;
    return text != nullptr && text->size() <= most;
}

// The key of the bucket that rows without a value are in; none where they are in none.
Value key_of_missing(const KeySource& source) {
    if (const auto* time = std::get_if<Time>(&source.missing)) {
        if (source.kind != AggregationType::date_histogram) return source.missing;
        return Time{source.rounding->begin_of(time->nanos)};
    }
    const auto* number = std::get_if<double>(&source.missing);
    if (number != nullptr && source.kind == AggregationType::histogram) {
        return std::floor((*number - source.origin) / source.step) * source.step + source.origin;
    }
    return source.missing;
}

}  // namespace

std::string java_text(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    std::string text;
    const double size = std::fabs(number);
    if (number == 0 || (size >= 1e-3 && size < 1e7)) {
        event::append_number(number, text);
        if (text.find('.') == std::string::npos) text += ".0";
        return text;
    }
    event::append_scientific(number, {-1, true}, text);
    if (text.find('.') == std::string::npos) text.insert(text.find('E'), ".0");
    return text;
}

base::Nanos nanos_of_millis(double millis) {
    const double nanos = millis * static_cast<double>(base::millisecond);
    if (nanos >= 9.2e18) return std::numeric_limits<base::Nanos>::max();
    if (nanos <= -9.2e18) return std::numeric_limits<base::Nanos>::min();
    // Whole milliseconds stay exact.
    return static_cast<base::Nanos>(std::floor(millis)) * base::millisecond;
}

std::int64_t millis_of_nanos(base::Nanos nanos) {
    return nanos / base::millisecond - (nanos % base::millisecond < 0 ? 1 : 0);
}

json::value shown_bucket_key(const Value& key, const KeySource& source) {
    if (const auto* time = std::get_if<Time>(&key)) return millis_of_nanos(time->nanos);
    if (const auto* integer = std::get_if<std::int64_t>(&key)) return *integer;
    if (const auto* number = std::get_if<double>(&key)) return *number;
    if (const auto* truth = std::get_if<bool>(&key)) {
        // Of a composite the value itself.
        if (!source.name.empty()) return *truth;
        return *truth ? 1 : 0;
    }
    if (key.index() == 0) return nullptr;
    return json::string(text_of(key));
}

std::string bucket_key_text(const Value& key, const KeySource& source) {
    if (const auto* time = std::get_if<Time>(&key))
        return source.format.value_or(DateFormat()).format(time->nanos, source.zone);
    if (const auto* truth = std::get_if<bool>(&key)) return *truth ? "true" : "false";
    return "";
}

Parsed<Value> bucket_key_of(const json::value& shown, const KeySource& source, base::Nanos now) {
    if (shown.is_null()) return Value();
    TRY(const std::string text, scalar(shown, source.field.asked));
    if (is_time(source)) return time_of(shown, text, source, now);
    if (source.kind == AggregationType::histogram || source.field.type == FieldType::number) {
        const auto number = base::parse_number<double>(text);
        if (!number || !std::isfinite(*number)) return wrong_key(shown, source);
        return Value(*number);
    }
    if (source.field.type == FieldType::integer) {
        const auto integer = base::parse_number<std::int64_t>(text);
        if (!integer) return wrong_key(shown, source);
        return Value(*integer);
    }
    if (source.field.type == FieldType::boolean) {
        if (text != "true" && text != "false" && text != "1" && text != "0")
            return wrong_key(shown, source);
        return Value(text == "true" || text == "1");
    }
    if (source.field.type == FieldType::ip) {
        const auto ip = event::Ip::parse(text);
        if (!ip) return wrong_key(shown, source);
        return Value(*ip);
    }
    return Value(text);
}

storage::GroupKey group_key_of(const KeySource& source, std::vector<base::Nanos> borders) {
    storage::GroupKey key;
    key.field = source.field.name;
    key.missing_group = source.with_missing || source.missing.index() != 0;
    const Value instead = key_of_missing(source);
    if (const auto* text = std::get_if<std::string>(&instead)) key.instead = *text;
    if (const auto* integer = std::get_if<std::int64_t>(&instead)) key.instead = *integer;
    if (const auto* number = std::get_if<double>(&instead)) key.instead = *number;
    if (const auto* truth = std::get_if<bool>(&instead)) key.instead = *truth;
    if (const auto* time = std::get_if<Time>(&instead)) key.instead = time->nanos;
    if (source.kind == AggregationType::histogram) {
        key.step = source.step;
        key.origin = source.origin;
    } else if (source.kind == AggregationType::date_histogram) {
        const auto even = source.rounding->even();
        if (even) {
            key.interval = even->first;
            key.offset = even->second;
        } else {
            key.borders = std::move(borders);
        }
    } else if (source.field.type == FieldType::date) {
        key.interval = base::millisecond;
    }
    key.as_numbers = source.field.type == FieldType::number;
    return key;
}

Value key_of_group(const Value& group, const KeySource& source) {
    if (group.index() == 0) return {};
    if (is_time(source)) return std::holds_alternative<Time>(group) ? group : Value();
    if (source.kind == AggregationType::histogram)
        return std::holds_alternative<double>(group) ? group : Value();
    bool fits = true;
    switch (source.field.type) {
        case FieldType::integer:
            fits = std::holds_alternative<std::int64_t>(group);
            break;
        case FieldType::number:
            fits = std::holds_alternative<double>(group);
            break;
        case FieldType::boolean:
            fits = std::holds_alternative<bool>(group);
            break;
        case FieldType::ip:
            fits = std::holds_alternative<event::Ip>(group);
            break;
        case FieldType::keyword:
            fits = is_indexed(std::get_if<std::string>(&group), source.field);
            break;
        default:
            break;
    }
    return fits ? group : Value();
}

storage::Predicate rows_of_key(const Value& key, const KeySource& source) {
    const std::string& field = source.field.name;
    Predicate made;
    if (key.index() == 0) return Predicate::none_of(Predicate::exists(field));
    if (source.kind == AggregationType::histogram) {
        const double begin = std::get<double>(key);
        made =
            Predicate::between(field, bound_of(begin, true), bound_of(begin + source.step, false));
    } else if (source.kind == AggregationType::date_histogram) {
        const base::Nanos begin = std::get<Time>(key).nanos;
        made = between_times(field, begin, source.rounding->next(begin));
    } else if (const auto* time = std::get_if<Time>(&key)) {
        made = between_times(field, time->nanos, time->nanos + base::millisecond);
    } else {
        made = has_value(field, key);
    }
    const bool also_missing = source.missing.index() != 0 && key_of_missing(source) == key;
    if (!also_missing) return made;
    std::vector<Predicate> either;
    either.push_back(std::move(made));
    either.push_back(Predicate::none_of(Predicate::exists(field)));
    return Predicate::any_of(std::move(either));
}

storage::Predicate rows_between(const std::string& field, std::optional<double> from,
                                std::optional<double> to, bool dates) {
    std::optional<storage::Bound> lower;
    std::optional<storage::Bound> upper;
    if (from) lower = dates ? bound_of(nanos_of_millis(*from)) : bound_of(*from, true);
    if (to) {
        upper = dates ? bound_of(nanos_of_millis(*to)) : bound_of(*to, false);
        upper->inclusive = false;
    }
    if (!lower && !upper) return Predicate::exists(field);
    return Predicate::between(field, std::move(lower), std::move(upper));
}

bool key_before(const Value& one, const Value& other) { return one < other; }

}  // namespace query::dsl
