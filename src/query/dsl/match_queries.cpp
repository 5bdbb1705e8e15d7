#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/dsl/options.h"
#include "query/dsl/query_reader.h"
#include "query/dsl/query_string.h"
#include "query/dsl/tokens.h"

// Queries that look for the words of a text.

namespace query::dsl {

using storage::Predicate;

namespace {

constexpr std::int64_t slop_limit = 1'000'000;  // no text has more words between two of them

Parsed<void> check_match(const json::object& options, std::string_view query) {
    return check_options(
        options, query,
        {"query", "operator", "minimum_should_match", "analyzer", "lenient", "zero_terms_query",
         "fuzziness", "prefix_length", "max_expansions", "fuzzy_transpositions", "fuzzy_rewrite",
         "auto_generate_synonyms_phrase_query", "cutoff_frequency"});
}

Parsed<void> refuse_some(const json::object* options, std::string_view query) {
    for (const char* name : {"analyzer", "fuzziness", "cutoff_frequency"}) {
        const auto* value = option(options, name);
        if (value == nullptr) continue;
        const auto text = text_of_scalar(*value);
        if (std::string_view(name) == "analyzer" && text == "standard") continue;
        if (std::string_view(name) == "fuzziness" && text == "0") continue;
        return unsupported(fmt::format("[{}] of a {} query", name, query));
    }
    return base::outcome::success();
}

Parsed<MatchOptions> options_of(const json::object* object) {
    MatchOptions made;
    if (const auto* op = option(object, "operator")) {
        TRY(const std::string name, scalar(*op, "operator"));
        if (name != "and" && name != "AND" && name != "or" && name != "OR")
            return illegal(fmt::format("operator needs to be either [or] or [and], found [{}]",
                                       name.substr(0, 100)));
        made.op = name == "and" || name == "AND" ? Operator::all : Operator::any;
    }
    if (const auto* minimum = option(object, "minimum_should_match")) {
        TRY(made.minimum, scalar(*minimum, "minimum_should_match"));
    }
    if (const auto* lenient = option(object, "lenient")) {
        TRY(made.lenient, boolean_of(*lenient, "lenient"));
    }
    if (const auto* zero = option(object, "zero_terms_query")) {
        made.zero_terms_all = text_of_scalar(*zero) == "all" || text_of_scalar(*zero) == "ALL";
    }
    return made;
}

Parsed<std::uint32_t> slop_of(const json::object* options) {
    const auto* slop = option(options, "slop");
    if (slop == nullptr) return 0U;
    TRY(const std::int64_t distance, integer_of(*slop, "slop"));
    if (distance < 0) return illegal("No negative slop allowed.");
    return static_cast<std::uint32_t>(std::min(distance, slop_limit));
}

Parsed<std::string> text_in(const OneField& one, std::string_view query) {
    if (one.value == nullptr) return parsing(fmt::format("No text specified for {} query", query));
    return scalar(*one.value, query);
}

}  // namespace

Parsed<Predicate> QueryReader::match(Body body) {
    TRY(const OneField one, one_field(body, "match", "query"));
    if (one.options != nullptr) {
        TRY(check_match(*one.options, "match"));
    }
    TRY(refuse_some(one.options, "match"));
    TRY(const std::string text, text_in(one, "match"));
    TRY(const MatchOptions options, options_of(one.options));
    return fields_.match(fields_.mapping().find(one.field), text, options);
}

Parsed<Predicate> QueryReader::phrase_of(Body body, std::string_view name, bool last_is_prefix) {
    TRY(const OneField one, one_field(body, name, "query"));
    if (one.options != nullptr) {
        TRY(check_options(*one.options, name,
                          {"query", "slop", "analyzer", "zero_terms_query", "max_expansions"}));
    }
    TRY(refuse_some(one.options, name));
    TRY(const std::string text, text_in(one, name));
    TRY(const MatchOptions options, options_of(one.options));
    if (options.zero_terms_all && tokens_of(text).empty()) return Predicate();
    PhraseOptions phrase;
    phrase.last_is_prefix = last_is_prefix;
    TRY(phrase.slop, slop_of(one.options));
    return fields_.phrase(fields_.mapping().find(one.field), text, phrase);
}

Parsed<Predicate> QueryReader::match_phrase(Body body) {
    return phrase_of(body, "match_phrase", false);
}

Parsed<Predicate> QueryReader::match_phrase_prefix(Body body) {
    return phrase_of(body, "match_phrase_prefix", true);
}

// All words but the last as match does, the last one as a beginning.
Parsed<Predicate> QueryReader::match_bool_prefix(Body body) {
    TRY(const OneField one, one_field(body, "match_bool_prefix", "query"));
    if (one.options != nullptr) {
        TRY(check_match(*one.options, "match_bool_prefix"));
    }
    TRY(refuse_some(one.options, "match_bool_prefix"));
    TRY(const std::string text, text_in(one, "match_bool_prefix"));
    TRY(const MatchOptions options, options_of(one.options));
    const MappedField field = fields_.mapping().find(one.field);
    if (field.type != FieldType::text) return fields_.match(field, text, options);
    std::vector<std::string> tokens = tokens_of(text);
    if (tokens.empty()) return Predicate::nothing_fits();
    std::vector<Predicate> conditions;
    for (std::size_t at = 0; at + 1 < tokens.size(); ++at)
        conditions.push_back(token_condition(field.name, tokens[at]));
    TRY(Predicate last, fields_.prefix(field, tokens.back(), true));
    conditions.push_back(std::move(last));
    if (options.op == Operator::all) return Predicate::all_of(std::move(conditions));
    if (!options.minimum.empty()) return at_least(options.minimum, std::move(conditions));
    return Predicate::any_of(std::move(conditions));
}

Parsed<Predicate> QueryReader::multi_match(Body body) {
    TRY(const json::object* object, object_of(body, "multi_match"));
    TRY(check_options(*object, "multi_match",
                      {"query", "fields", "type", "operator", "minimum_should_match", "lenient",
                       "analyzer", "fuzziness", "tie_breaker", "zero_terms_query", "slop",
                       "prefix_length", "max_expansions", "auto_generate_synonyms_phrase_query"}));
    TRY(refuse_some(object, "multi_match"));
    const auto* query = option(object, "query");
    if (query == nullptr) return parsing("No text specified for multi_match query");
    TRY(const std::string text, scalar(*query, "query"));
    TRY(MatchOptions options, options_of(object));
    TRY(const std::uint32_t slop, slop_of(object));
    std::string type = "best_fields";
    if (const auto* named = option(object, "type")) {
        TRY(type, scalar(*named, "type"));
    }
    TRY(const std::vector<MappedField> fields, query_fields(*object, fields_.mapping()));
    if (option(object, "fields") == nullptr) options.lenient = true;
    std::vector<Predicate> any;
    for (const MappedField& field : fields) {
        if (type == "best_fields" || type == "most_fields") {
            TRY(Predicate one, fields_.match(field, text, options));
            any.push_back(std::move(one));
        } else if (type == "phrase" || type == "phrase_prefix") {
            PhraseOptions phrase{type == "phrase_prefix", options.lenient, slop};
            TRY(Predicate one, fields_.phrase(field, text, phrase));
            any.push_back(std::move(one));
        } else {
            return unsupported(fmt::format("the type [{}] of multi_match", type.substr(0, 100)));
        }
    }
    return Predicate::any_of(std::move(any));
}

Parsed<Predicate> QueryReader::query_string(Body body) {
    return query_string_condition(body, fields_);
}

Parsed<Predicate> QueryReader::simple_query_string(Body body) {
    return simple_query_string_condition(body, fields_);
}

}  // namespace query::dsl
