#include "query/dsl/field_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "query/dsl/lucene_regexp.h"
#include "query/dsl/tokens.h"
#include "query/level_name.h"
#include "query/literal_text.h"
#include "storage/words.h"

namespace query::dsl {

using storage::Bound;
using storage::Literal;
using storage::Predicate;

namespace {

bool has_upper(const std::string& text) {
    std::string folded;
    storage::fold_case(text, folded);
    return folded != text;
}

Predicate leaf(Predicate::Kind kind, const std::string& field, std::string text) {
    Predicate made;
    made.kind = kind;
    made.field = field;
    made.literal.text = std::move(text);
    return made;
}

Predicate keyword(const MappedField& field, const std::string& value, bool ignore_case) {
    std::string text = value;
    if (field.is_level) {
        const auto level = level_position(value);
        if (level) text = level_names()[*level];
    }
    Predicate made = Predicate::equals_text(field.name, std::move(text));
    made.ignore_case = ignore_case;
    return made;
}

Failure only_strings(std::string_view query, const MappedField& field) {
    return in_query(
        fmt::format("failed to create query: Can only use {} queries on keyword, text "
                    "and wildcard fields - not on [{}] which is of type [{}]",
                    query, field.asked, name_of(field.type)));
}

bool is_string(const MappedField& field) {
    return field.type == FieldType::keyword || field.type == FieldType::text;
}

// Texts are searched by their words, in lower case: a pattern with upper case fits none.
Parsed<Predicate> by_words(Predicate made, bool ignore_case) {
    if (!ignore_case && has_upper(made.literal.text)) return Predicate::nothing_fits();
    std::string folded;
    storage::fold_case(made.literal.text, folded);
    made.literal.text = std::move(folded);
    made.only_words = true;
    return made;
}

}  // namespace

Predicate token_condition(const std::string& field, const std::string& token) {
    std::vector<std::string> words = storage::words_of(token);
    if (words.empty()) return Predicate::nothing_fits();
    if (words.size() == 1) return Predicate::any_word(field, std::move(words));
    return Predicate::phrase_of(field, std::move(words));
}

Parsed<void> FieldQueries::count(std::size_t conditions) const {
    constexpr std::size_t most = 200'000;
    conditions_ += conditions;
    if (conditions_ <= most) return base::outcome::success();
    return Failure{400, "too_many_clauses",
                   fmt::format("the query needs more than {} conditions; name fewer fields, or "
                               "fewer values",
                               most),
                   true};
}

Parsed<Literal> FieldQueries::number_literal(const MappedField& field,
                                             const std::string& text) const {
    Literal literal = literal_of(text, now_);
    if (!literal.integer && !literal.number) {
        return in_query(
            fmt::format("failed to create query: For input string: \"{}\" (field [{}] "
                        "of type [{}])",
                        text.substr(0, 100), field.asked, name_of(field.type)));
    }
    Literal number;
    number.text = text;
    number.integer = literal.integer;
    number.number = literal.number;
    return number;
}

// Numbers, booleans, addresses and dates.
Parsed<Predicate> FieldQueries::value(const MappedField& field, const std::string& text) const {
    if (field.type == FieldType::date) {
        RangeEnds ends;
        ends.lower = text;
        ends.upper = text;
        return date_range(field, ends);
    }
    if (field.type == FieldType::boolean) {
        if (text != "true" && text != "false" && !text.empty()) {
            return in_query(
                fmt::format("failed to create query: Can't parse boolean value [{}], "
                            "expected [true] or [false]",
                            text.substr(0, 100)));
        }
        Literal literal;
        literal.boolean = text == "true";
        return Predicate::equals(field.name, std::move(literal));
    }
    if (field.type == FieldType::ip) {
        Literal literal = literal_of(text, now_, event::Type::ip);
        if (!literal.ip_first) {
            return in_query(fmt::format("failed to create query: '{}' is not an IP string literal.",
                                        text.substr(0, 100)));
        }
        return Predicate::equals(field.name, std::move(literal));
    }
    TRY(Literal literal, number_literal(field, text));
    return Predicate::equals(field.name, std::move(literal));
}

Parsed<Predicate> FieldQueries::term(const MappedField& field, const std::string& value_text,
                                     bool ignore_case) const {
    TRY(count(1));
    switch (field.type) {
        case FieldType::none:
            return Predicate::nothing_fits();
        case FieldType::keyword:
            return keyword(field, value_text, ignore_case);
        case FieldType::text: {
            // What is asked for has to be one token as it is kept: in lower case.
            const std::vector<std::string> tokens = tokens_of(value_text);
            std::string folded;
            storage::fold_case(value_text, folded);
            if (tokens.size() != 1 || tokens[0] != (ignore_case ? folded : value_text))
                return Predicate::nothing_fits();
            return token_condition(field.name, tokens[0]);
        }
        default:
            return value(field, value_text);
    }
}

Parsed<Predicate> FieldQueries::match(const MappedField& field, const std::string& text,
                                      const MatchOptions& options) const {
    if (field.type != FieldType::text) {
        auto made = term(field, text);
        if (!made && options.lenient && made.error().is_about_value())
            return Predicate::nothing_fits();
        return made;
    }
    const std::vector<std::string> tokens = tokens_of(text);
    if (tokens.empty()) return options.zero_terms_all ? Predicate() : Predicate::nothing_fits();
    TRY(count(tokens.size()));
    std::vector<Predicate> conditions;
    for (const std::string& token : tokens) {
        conditions.push_back(token_condition(field.name, token));
    }
    if (options.op == Operator::all) return Predicate::all_of(std::move(conditions));
    if (!options.minimum.empty()) return at_least(options.minimum, std::move(conditions));
    // Single words in one condition: the store finds them in one go.
    std::vector<std::string> words;
    std::erase_if(conditions, [&](const Predicate& each) {
        if (each.kind != Predicate::Kind::words) return false;
        words.push_back(each.words.front());
        return true;
    });
    if (!words.empty()) conditions.push_back(Predicate::any_word(field.name, std::move(words)));
    return Predicate::any_of(std::move(conditions));
}

Parsed<Predicate> FieldQueries::phrase(const MappedField& field, const std::string& text,
                                       const PhraseOptions& options) const {
    if (field.type != FieldType::text) {
        if (options.last_is_prefix && field.type == FieldType::keyword)
            return prefix(field, text, false);
        if (options.last_is_prefix && field.type != FieldType::none && !options.lenient)
            return only_strings("phrase prefix", field);
        MatchOptions as_match;
        as_match.lenient = options.lenient;
        return match(field, text, as_match);
    }
    std::vector<std::string> words;
    for (const std::string& token : tokens_of(text)) {
        for (std::string& word : storage::words_of(token)) words.push_back(std::move(word));
    }
    if (words.empty()) return Predicate::nothing_fits();
    TRY(count(words.size()));
    const bool near = options.slop > 0 && words.size() > 1;
    if (near && options.last_is_prefix) return unsupported("[slop] of a phrase prefix");
    if (near && std::set<std::string>(words.begin(), words.end()).size() < words.size())
        return unsupported("[slop] of a phrase that has a word twice");
    Predicate made = Predicate::phrase_of(field.name, std::move(words));
    made.last_is_prefix = options.last_is_prefix;
    if (near) made.slop = options.slop;
    return made;
}

Parsed<Predicate> FieldQueries::wildcard(const MappedField& field, const std::string& pattern,
                                         bool ignore_case, bool normalise) const {
    TRY(count(1));
    if (field.type == FieldType::none) return Predicate::nothing_fits();
    if (!is_string(field)) return only_strings("wildcard", field);
    Predicate made = leaf(Predicate::Kind::wildcard, field.name, pattern);
    if (field.type == FieldType::text) return by_words(std::move(made), ignore_case || normalise);
    made.ignore_case = ignore_case;
    return made;
}

Parsed<Predicate> FieldQueries::prefix(const MappedField& field, const std::string& text,
                                       bool ignore_case) const {
    TRY(count(1));
    if (field.type == FieldType::none) return Predicate::nothing_fits();
    if (!is_string(field)) return only_strings("prefix", field);
    Predicate made = leaf(Predicate::Kind::prefix, field.name, text);
    if (field.type == FieldType::text) return by_words(std::move(made), ignore_case);
    made.ignore_case = ignore_case;
    return made;
}

Parsed<Predicate> FieldQueries::regexp(const MappedField& field, const std::string& expression,
                                       bool ignore_case) const {
    TRY(count(1));
    if (field.type == FieldType::none) return Predicate::nothing_fits();
    if (!is_string(field)) return only_strings("regexp", field);
    TRY(std::string translated, re2_of(expression));
    Predicate made = leaf(Predicate::Kind::regexp, field.name, std::move(translated));
    made.ignore_case = ignore_case;
    // Words are in lower case already.
    made.only_words = field.type == FieldType::text;
    return made;
}

Parsed<Predicate> FieldQueries::date_range(const MappedField& field, const RangeEnds& ends) const {
    static const DateFormat usual;
    const DateFormat& format = ends.format ? *ends.format : usual;
    std::optional<Bound> lower;
    std::optional<Bound> upper;
    const auto bound = [&](const std::string& text, bool inclusive) -> Parsed<Bound> {
        TRY(const TimeSpan span, format.parse(text, ends.zone, now_));
        Bound made;
        made.value.time_begin = span.begin;
        made.value.time_end = span.end;
        made.inclusive = inclusive;
        return made;
    };
    if (ends.lower) {
        TRY(lower, bound(*ends.lower, ends.lower_inclusive));
    }
    if (ends.upper) {
        TRY(upper, bound(*ends.upper, ends.upper_inclusive));
    }
    return Predicate::between(field.name, std::move(lower), std::move(upper));
}

Parsed<Predicate> FieldQueries::range(const MappedField& field, const RangeEnds& ends) const {
    TRY(count(1));
    if (field.type == FieldType::none) return Predicate::nothing_fits();
    if (field.type == FieldType::date) return date_range(field, ends);
    if (field.type == FieldType::text)
        return unsupported(
            fmt::format("a range of the text field [{}] (its .keyword can be asked)", field.asked));
    if (field.type == FieldType::boolean)
        return unsupported(fmt::format("a range of the boolean field [{}]", field.asked));
    if (!ends.lower && !ends.upper) return Predicate::exists(field.name);
    std::optional<Bound> lower;
    std::optional<Bound> upper;
    const auto bound = [&](const std::string& text, bool inclusive) -> Parsed<Bound> {
        Bound made;
        made.inclusive = inclusive;
        if (field.type == FieldType::keyword) {
            made.value.text = text;
        } else if (field.type == FieldType::ip) {
            made.value = literal_of(text, now_, event::Type::ip);
            if (!made.value.ip_first)
                return in_query(
                    fmt::format("'{}' is not an IP string literal.", text.substr(0, 100)));
        } else {
            TRY(made.value, number_literal(field, text));
        }
        return made;
    };
    if (ends.lower) {
        TRY(lower, bound(*ends.lower, ends.lower_inclusive));
    }
    if (ends.upper) {
        TRY(upper, bound(*ends.upper, ends.upper_inclusive));
    }
    return Predicate::between(field.name, std::move(lower), std::move(upper));
}

Predicate FieldQueries::exists(std::string_view name) const {
    if (name.find('*') != std::string_view::npos) {
        std::vector<Predicate> any;
        for (const MappedField& field : mapping_.matching(name, false))
            any.push_back(exists(field.name));
        return Predicate::any_of(std::move(any));
    }
    const MappedField field = mapping_.find(name);
    if (field.name == "timestamp" || field.name == "_id" || field.name == "_index")
        return Predicate();
    std::vector<Predicate> any;
    if (field.type != FieldType::none) any.push_back(Predicate::exists(field.name));
    if (mapping_.is_object(name)) any.push_back(Predicate::exists(std::string(name) + ".*"));
    return Predicate::any_of(std::move(any));
}

}  // namespace query::dsl
