#include "query/dsl/query_string.h"

#include <fmt/format.h>

#include <utility>

#include "query/dsl/lucene_parser.h"
#include "query/dsl/options.h"

namespace query::dsl {

using storage::Predicate;

namespace {

constexpr std::size_t field_limit = 1024;
constexpr std::size_t text_limit = 32'000;

Parsed<std::string> text_of(const json::object& options, std::string_view query) {
    const auto* text = option(&options, "query");
    if (text == nullptr) return parsing(fmt::format("[{}] must be provided with a [query]", query));
    TRY(std::string found, scalar(*text, "query"));
    if (found.size() > text_limit)
        return illegal(fmt::format("expected a query of at most {} bytes", text_limit));
    return found;
}

Parsed<LuceneOptions> lucene_options(const json::object& options, const Mapping& mapping) {
    LuceneOptions made;
    TRY(made.fields, query_fields(options, mapping));
    // Asked of all fields, a value that is no number is not the asker's mistake.
    const auto* list = option(&options, "fields");
    const auto* single = option(&options, "default_field");
    if (list != nullptr && !list->is_array())
        return parsing("[fields] of a query string: expected an array of names");
    made.lenient = list == nullptr && (single == nullptr || text_of_scalar(*single) == "*");
    if (const auto* lenient = option(&options, "lenient")) {
        TRY(made.lenient, boolean_of(*lenient, "lenient"));
    }
    if (const auto* op = option(&options, "default_operator")) {
        TRY(const std::string name, scalar(*op, "default_operator"));
        if (name != "and" && name != "AND" && name != "or" && name != "OR")
            return illegal(
                fmt::format("default_operator needs to be either [or] or [and], found "
                            "[{}]",
                            name.substr(0, 100)));
        made.op = name == "and" || name == "AND" ? Operator::all : Operator::any;
    }
    if (const auto* minimum = option(&options, "minimum_should_match")) {
        TRY(made.minimum, scalar(*minimum, "minimum_should_match"));
    }
    for (const char* name : {"analyzer", "quote_analyzer", "quote_field_suffix"}) {
        if (option(&options, name) != nullptr)
            return unsupported(fmt::format("[{}] of a query string", name));
    }
    return made;
}

}  // namespace

Parsed<std::vector<MappedField>> query_fields(const json::object& options, const Mapping& mapping) {
    std::vector<std::string> names;
    if (const auto* list = option(&options, "fields")) {
        if (option(&options, "default_field") != nullptr)
            return in_query("[default_field] and [fields] cannot be used together");
        if (!list->is_array()) {
            TRY(names.emplace_back(), scalar(*list, "fields"));
        } else {
            for (const json::value& name : list->get_array()) {
                TRY(names.emplace_back(), scalar(name, "fields"));
            }
        }
    } else if (const auto* one = option(&options, "default_field")) {
        TRY(names.emplace_back(), scalar(*one, "default_field"));
    }
    if (names.empty()) names.emplace_back("*");
    std::vector<MappedField> fields;
    for (const std::string& named : names) {
        const std::string name = named.substr(0, named.find('^'));
        if (name.find('*') == std::string::npos) {
            fields.push_back(mapping.find(name));
            continue;
        }
        for (MappedField& field : mapping.matching(name, true)) fields.push_back(std::move(field));
    }
    if (fields.size() > field_limit) {
        return in_query(fmt::format("field expansion matches too many fields, limit: {}, got: {}",
                                    field_limit, fields.size()));
    }
    return fields;
}

Parsed<Predicate> query_string_condition(const json::value& body, const FieldQueries& fields) {
    TRY(const json::object* options, object_of(body, "query_string"));
    TRY(check_options(*options, "query_string",
                      {"query",
                       "default_field",
                       "fields",
                       "default_operator",
                       "analyzer",
                       "quote_analyzer",
                       "allow_leading_wildcard",
                       "analyze_wildcard",
                       "lenient",
                       "minimum_should_match",
                       "quote_field_suffix",
                       "tie_breaker",
                       "type",
                       "escape",
                       "phrase_slop",
                       "enable_position_increments",
                       "fuzziness",
                       "fuzzy_max_expansions",
                       "fuzzy_prefix_length",
                       "fuzzy_transpositions",
                       "auto_generate_synonyms_phrase_query",
                       "max_determinized_states",
                       "rewrite",
                       "time_zone"}));
    if (option(options, "time_zone") != nullptr)
        return unsupported("[time_zone] of a query string");
    TRY(const std::string text, text_of(*options, "query_string"));
    TRY(const LuceneOptions lucene, lucene_options(*options, fields.mapping()));
    return LuceneParser(text, fields, lucene).parse();
}

namespace {

// Operators as they come, from left to right.
class SimpleParser {
  public:
    SimpleParser(std::string_view text, const FieldQueries& queries, const LuceneOptions& options)
        : text_(text), queries_(queries), options_(options) {}

    Parsed<Predicate> parse(int depth) {
        std::optional<Predicate> whole;
        std::optional<Operator> next;
        bool negated = false;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == ')' && depth > 0) break;
            if (c == '+' || c == '|') {
                if (whole) next = c == '+' ? Operator::all : Operator::any;
                ++at_;
                continue;
            }
            if (c == '-') {
                negated = !negated;
                ++at_;
                continue;
            }
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ')' || c == '~') {
                if (c == '~') return unsupported("'~' in a simple query string");
                negated = false;
                ++at_;
                continue;
            }
            TRY(Predicate one, piece(depth));
            if (negated) one = Predicate::none_of(std::move(one));
            negated = false;
            whole = whole ? joined(next.value_or(options_.op), std::move(*whole), std::move(one))
                          : std::move(one);
            next.reset();
        }
        return whole ? std::move(*whole) : Predicate::nothing_fits();
    }

  private:
    static Predicate joined(Operator op, Predicate left, Predicate right) {
        std::vector<Predicate> both;
        both.push_back(std::move(left));
        both.push_back(std::move(right));
        return op == Operator::all ? Predicate::all_of(std::move(both))
                                   : Predicate::any_of(std::move(both));
    }

    Parsed<Predicate> piece(int depth) {
        if (text_[at_] == '(' && depth < 50) {
            const std::size_t begin = at_++;
            auto inner = parse(depth + 1);
            if (!inner) return inner;
            if (at_ < text_.size()) {
                ++at_;
                return inner;
            }
            at_ = begin + 1;  // without its end it is no parenthesis
            return piece_or_nothing(depth);
        }
        if (text_[at_] == '"') {
            const std::size_t end = text_.find('"', at_ + 1);
            if (end != std::string_view::npos) {
                const std::string phrase(text_.substr(at_ + 1, end - at_ - 1));
                at_ = end + 1;
                return in_any([&](const MappedField& field) {
                    return queries_.phrase(field, phrase, PhraseOptions{.lenient = true});
                });
            }
            ++at_;
            return piece_or_nothing(depth);
        }
        return word();
    }

    Parsed<Predicate> piece_or_nothing(int) {
        if (at_ == text_.size()) return Predicate::nothing_fits();
        return word();
    }

    Parsed<Predicate> word() {
        std::string text;
        for (; at_ < text_.size(); ++at_) {
            char c = text_[at_];
            if (std::string_view(" \t\n\r\"|+()~").find(c) != std::string_view::npos) break;
            if (c == '\\' && at_ + 1 < text_.size()) c = text_[++at_];
            text.push_back(c);
        }
        if (text.empty() && at_ < text_.size()) text.push_back(text_[at_++]);
        const bool is_prefix = text.size() > 1 && text.ends_with('*');
        if (is_prefix) {
            text.pop_back();
            return in_any([&](const MappedField& field) {
                return queries_.prefix(field, text, field.type == FieldType::text);
            });
        }
        MatchOptions match;
        match.op = options_.op;
        match.lenient = true;
        return in_any([&](const MappedField& field) { return queries_.match(field, text, match); });
    }

    template <typename Make>
    Parsed<Predicate> in_any(Make make) const {
        std::vector<Predicate> any;
        for (const MappedField& field : options_.fields) {
            Parsed<Predicate> one = make(field);
            if (!one && one.error().is_about_value()) continue;
            if (!one) return one;
            any.push_back(std::move(one).value());
        }
        return Predicate::any_of(std::move(any));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    const FieldQueries& queries_;
    const LuceneOptions& options_;
};

}  // namespace

Parsed<Predicate> simple_query_string_condition(const json::value& body,
                                                const FieldQueries& fields) {
    TRY(const json::object* options, object_of(body, "simple_query_string"));
    TRY(check_options(*options, "simple_query_string",
                      {"query", "fields", "default_operator", "analyzer", "lenient", "flags",
                       "minimum_should_match", "analyze_wildcard", "quote_field_suffix",
                       "auto_generate_synonyms_phrase_query", "fuzzy_max_expansions",
                       "fuzzy_prefix_length", "fuzzy_transpositions"}));
    const auto* flags = option(options, "flags");
    if (flags != nullptr && text_of_scalar(*flags) != "ALL")
        return unsupported("[flags] of a simple query string");
    if (option(options, "minimum_should_match") != nullptr)
        return unsupported("[minimum_should_match] of a simple query string");
    TRY(const std::string text, text_of(*options, "simple_query_string"));
    TRY(const LuceneOptions lucene, lucene_options(*options, fields.mapping()));
    return SimpleParser(text, fields, lucene).parse(0);
}

}  // namespace query::dsl
