#include <fmt/format.h>

#include <utility>

#include "query/dsl/options.h"
#include "query/dsl/query_reader.h"

// Queries that compare values: term, terms, range, prefix, wildcard, regexp.

namespace query::dsl {

using storage::Predicate;

namespace {

constexpr std::size_t terms_limit = 65'536;

Parsed<std::string> value_of(const OneField& one, std::string_view query) {
    if (one.value == nullptr) return illegal(fmt::format("value cannot be null in [{}]", query));
    return scalar(*one.value, query);
}

Parsed<bool> ignores_case(const OneField& one) {
    const auto* flag = option(one.options, "case_insensitive");
    if (flag == nullptr) return false;
    return boolean_of(*flag, "case_insensitive");
}

}  // namespace

Parsed<Predicate> QueryReader::term(Body body) {
    TRY(const OneField one, one_field(body, "term", "value"));
    if (one.options != nullptr) {
        TRY(check_options(*one.options, "term", {"value", "case_insensitive"}));
    }
    TRY(const std::string value, value_of(one, "term"));
    TRY(const bool ignore_case, ignores_case(one));
    return fields_.term(fields_.mapping().find(one.field), value, ignore_case);
}

Parsed<Predicate> QueryReader::terms(Body body) {
    TRY(const json::object* object, object_of(body, "terms"));
    const json::value* list = nullptr;
    MappedField field;
    for (const auto& [name, value] : *object) {
        if (name == "boost" || name == "_name") continue;
        if (list != nullptr) return parsing("[terms] query does not support multiple fields");
        field = fields_.mapping().find(std::string_view(name.data(), name.size()));
        list = &value;
    }
    if (list == nullptr)
        return parsing("[terms] query requires a field name, followed by array of terms");
    if (list->is_object()) return unsupported("a terms lookup");
    if (!list->is_array())
        return parsing("[terms] query does not support a single value; expected an array");
    if (list->get_array().size() > terms_limit) {
        return in_query(
            fmt::format("failed to create query: The number of terms [{}] used in the "
                        "Terms Query request has exceeded the allowed maximum of [{}].",
                        list->get_array().size(), terms_limit));
    }
    std::vector<Predicate> any;
    for (const json::value& each : list->get_array()) {
        if (each.is_null()) return illegal("No value specified for terms query");
        TRY(const std::string value, scalar(each, "terms"));
        TRY(Predicate made, fields_.term(field, value));
        any.push_back(std::move(made));
    }
    return Predicate::any_of(std::move(any));
}

Parsed<Predicate> QueryReader::range(Body body) {
    TRY(const OneField one, one_field(body, "range", "value"));
    if (one.options == nullptr)
        return parsing("[range] query malformed, no start_object after query name");
    RangeEnds ends;
    for (const auto& [key, value] : *one.options) {
        const std::string_view name(key.data(), key.size());
        const bool lower = name == "gt" || name == "gte" || name == "from";
        const bool upper = name == "lt" || name == "lte" || name == "to";
        if (lower || upper) {
            if (value.is_null()) continue;
            TRY(std::string text, scalar(value, name));
            (lower ? ends.lower : ends.upper) = std::move(text);
            if (name == "gt") ends.lower_inclusive = false;
            if (name == "lt") ends.upper_inclusive = false;
        } else if (name == "include_lower") {
            TRY(ends.lower_inclusive, boolean_of(value, name));
        } else if (name == "include_upper") {
            TRY(ends.upper_inclusive, boolean_of(value, name));
        } else if (name == "format") {
            TRY(const std::string format, scalar(value, name));
            TRY(ends.format, DateFormat::of(format));
        } else if (name == "time_zone") {
            TRY(const std::string zone_name, scalar(value, name));
            const auto zone = TimeZone::named(zone_name);
            if (!zone)
                return illegal(fmt::format("unknown time zone [{}]", zone_name.substr(0, 100)));
            ends.zone = *zone;
        } else if (name != "relation" && name != "boost" && name != "_name") {
            return parsing(fmt::format("[range] query does not support [{}]", name));
        }
    }
    const MappedField field = fields_.mapping().find(one.field);
    return fields_.range(field, ends);
}

Parsed<Predicate> QueryReader::wildcard(Body body) {
    TRY(OneField one, one_field(body, "wildcard", "value"));
    if (one.options != nullptr) {
        TRY(check_options(*one.options, "wildcard",
                          {"value", "wildcard", "case_insensitive", "rewrite"}));
        if (one.value == nullptr) one.value = option(one.options, "wildcard");
    }
    TRY(const std::string value, value_of(one, "wildcard"));
    TRY(const bool ignore_case, ignores_case(one));
    return fields_.wildcard(fields_.mapping().find(one.field), value, ignore_case, false);
}

Parsed<Predicate> QueryReader::prefix(Body body) {
    TRY(const OneField one, one_field(body, "prefix", "value"));
    if (one.options != nullptr) {
        TRY(check_options(*one.options, "prefix", {"value", "case_insensitive", "rewrite"}));
    }
    TRY(const std::string value, value_of(one, "prefix"));
    TRY(const bool ignore_case, ignores_case(one));
    return fields_.prefix(fields_.mapping().find(one.field), value, ignore_case);
}

Parsed<Predicate> QueryReader::regexp(Body body) {
    TRY(const OneField one, one_field(body, "regexp", "value"));
    if (one.options != nullptr) {
        TRY(check_options(
            *one.options, "regexp",
            {"value", "case_insensitive", "rewrite", "max_determinized_states", "flags"}));
    }
    TRY(const std::string value, value_of(one, "regexp"));
    if (value.size() > 1000) {
        return in_query(
            "The length of regex used in the Regexp Query request has exceeded the "
            "allowed maximum of [1000].");
    }
    TRY(const bool ignore_case, ignores_case(one));
    return fields_.regexp(fields_.mapping().find(one.field), value, ignore_case);
}

}  // namespace query::dsl
