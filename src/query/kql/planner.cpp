#include "query/kql/planner.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "event/schema.h"
#include "query/field_kind.h"
#include "query/level_name.h"
#include "query/literal_text.h"
#include "query/time_text.h"
#include "storage/words.h"

namespace query::kql {

namespace {

using storage::Bound;
using storage::Literal;
using storage::Predicate;
using Operation = Condition::Operation;

base::Error refuse(std::string message, const Place& place) {
    base::Error error = base::invalid(std::move(message));
    error.offset = place.offset;
    error.length = place.length;
    return error;
}

Predicate between(const std::string& field, Operation operation, Literal literal) {
    const bool lower = operation == Operation::above || operation == Operation::at_least;
    Bound bound{std::move(literal),
                operation == Operation::at_least || operation == Operation::at_most};
    if (lower) return Predicate::between(field, std::move(bound), std::nullopt);
    return Predicate::between(field, std::nullopt, std::move(bound));
}

std::vector<std::string_view> terms_of(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    std::vector<std::string_view> terms;
    for (std::size_t at = text.find_first_not_of(space); at != std::string_view::npos;
         at = text.find_first_not_of(space, at)) {
        const std::size_t end = std::min(text.find_first_of(space, at), text.size());
        terms.push_back(text.substr(at, end - at));
        at = end;
    }
    return terms;
}

Predicate phrase(const std::string& field, std::string_view text) {
    std::vector<std::string> words = storage::words_of(text);
    if (words.empty()) return Predicate::equals_text(field, std::string(text));
    if (words.size() == 1) return Predicate::any_word(field, std::move(words));
    return Predicate::phrase_of(field, std::move(words));
}

// Any of the terms; those of one word in one condition.
Predicate any_term(const std::string& field, const std::string& text) {
    std::vector<Predicate> choices;
    std::vector<std::string> single;
    for (const std::string_view term : terms_of(text)) {
        Predicate one = phrase(field, term);
        if (one.kind == Predicate::Kind::words) {
            single.push_back(std::move(one.words.front()));
        } else if (one.kind == Predicate::Kind::phrase) {
            choices.push_back(std::move(one));
        }
    }
    if (!single.empty()) choices.push_back(Predicate::any_word(field, std::move(single)));
    if (choices.empty()) return Predicate::equals_text(field, text);
    return Predicate::any_of(std::move(choices));
}

Predicate pattern_on_words(const std::string& field, std::string_view pattern) {
    Predicate made = Predicate::wildcard_of(field, std::string(pattern));
    made.with_words = true;
    return made;
}

// The pattern of a value as plain text, where a term has no star.
std::string without_escapes(std::string_view pattern) {
    std::string text;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
        text.push_back(pattern[at]);
    }
    return text;
}

bool has_star(std::string_view pattern) {
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '\\') {
            ++at;
        } else if (pattern[at] == '*') {
            return true;
        }
    }
    return false;
}

// As Kibana's query_string does: the whole, or any of the terms.
Predicate any_pattern(const std::string& field, const std::string& pattern) {
    const std::vector<std::string_view> terms = terms_of(pattern);
    if (terms.size() < 2) return pattern_on_words(field, pattern);
    std::vector<Predicate> choices;
    choices.push_back(Predicate::wildcard_of(field, pattern));
    for (const std::string_view term : terms) {
        choices.push_back(has_star(term) ? pattern_on_words(field, term)
                                         : phrase(field, without_escapes(term)));
    }
    return Predicate::any_of(std::move(choices));
}

class Planner {
  public:
    Planner(const event::Catalog& catalog, base::Nanos now) : catalog_(catalog), now_(now) {}

    base::Result<Predicate> plan(const Condition& condition, const std::string& path) const {
        switch (condition.kind) {
            case Condition::Kind::everything:
                return Predicate();
            case Condition::Kind::compare:
                return compare(condition, path);
            case Condition::Kind::nested:
                return plan(condition.children.front(), path + condition.field.text + ".");
            default:
                break;
        }
        std::vector<Predicate> children;
        for (const Condition& child : condition.children) {
            TRY(Predicate planned, plan(child, path));
            children.push_back(std::move(planned));
        }
        if (condition.kind == Condition::Kind::all_of)
            return Predicate::all_of(std::move(children));
        if (condition.kind == Condition::Kind::any_of)
            return Predicate::any_of(std::move(children));
        return Predicate::none_of(std::move(children.front()));
    }

  private:
    base::Result<Predicate> compare(const Condition& condition, const std::string& path) const {
        const Value& value = condition.value;
        FieldReference field{path + "*", FieldKind::text, event::Type::string};
        if (condition.field.kind != Value::Kind::none) {
            field = resolve_field(path + condition.field.text, catalog_);
        }
        if (field.kind == FieldKind::secret) return Predicate::nothing_fits();
        const bool any_value = value.kind == Value::Kind::pattern && value.pattern == "*";
        if (condition.operation != Operation::is) return range(field, condition.operation, value);
        if (any_value) {
            if (field.name == "*" || field.kind == FieldKind::time) return Predicate();
            return Predicate::exists(field.name);
        }
        switch (field.kind) {
            case FieldKind::time:
                return at_time(field, value);
            case FieldKind::level:
                return is_level(field, value);
            case FieldKind::keyword:
                if (value.kind == Value::Kind::pattern)
                    return Predicate::wildcard_of(field.name, value.pattern);
                return Predicate::equals_text(field.name, value.text);
            case FieldKind::typed:
                if (value.kind == Value::Kind::pattern)
                    return Predicate::wildcard_of(field.name, value.pattern);
                return Predicate::equals(field.name, literal_of(value.text, now_, field.type));
            default:
                return is_text(field, value);
        }
    }

    Predicate is_text(const FieldReference& field, const Value& value) const {
        if (value.kind == Value::Kind::pattern) return any_pattern(field.name, value.pattern);
        Predicate texts = value.kind == Value::Kind::quoted ? phrase(field.name, value.text)
                                                            : any_term(field.name, value.text);
        Literal literal = literal_of(value.text, now_);
        if (!has_typed_form(literal)) return texts;
        return Predicate::any_of(
            {Predicate::equals(field.name, std::move(literal)), std::move(texts)});
    }

    base::Result<Predicate> at_time(const FieldReference& field, const Value& value) const {
        TRY(Literal literal, time_literal(value));
        return Predicate::equals(field.name, std::move(literal));
    }

    base::Result<Literal> time_literal(const Value& value) const {
        if (value.kind == Value::Kind::pattern) {
            return refuse(
                fmt::format("expected a time such as 2026-11-24 or now-15m, found the pattern '{}'",
                            value.text.substr(0, 100)),
                value.place);
        }
        const auto span = parse_time(value.text, now_);
        if (!span) return refuse(span.error().message, value.place);
        Literal literal;
        literal.text = value.text;
        literal.time_begin = span.value().begin;
        literal.time_end = span.value().end;
        return literal;
    }

    static Predicate is_level(const FieldReference& field, const Value& value) {
        if (value.kind == Value::Kind::pattern) {
            Predicate made = Predicate::wildcard_of(field.name, value.pattern);
            made.ignore_case = true;
            return made;
        }
        const auto position = level_position(value.text);
        return Predicate::equals_text(field.name, position ? level_names()[*position] : value.text);
    }

    static Predicate level_range(const FieldReference& field, Operation operation,
                                 std::size_t position) {
        std::vector<Predicate> levels;
        for (std::size_t at = 0; at < level_names().size(); ++at) {
            const bool in = operation == Operation::above      ? at > position
                            : operation == Operation::at_least ? at >= position
                            : operation == Operation::below    ? at < position
                                                               : at <= position;
            if (in) levels.push_back(Predicate::equals_text(field.name, level_names()[at]));
        }
        return Predicate::any_of(std::move(levels));
    }

    base::Result<Predicate> range(const FieldReference& field, Operation operation,
                                  const Value& value) const {
        if (field.kind == FieldKind::time) {
            TRY(Literal literal, time_literal(value));
            return between(field.name, operation, std::move(literal));
        }
        if (value.kind == Value::Kind::pattern) {
            return refuse(fmt::format("expected a value to compare with, found the pattern '{}'; "
                                      "quote it if it is none",
                                      value.text.substr(0, 100)),
                          value.place);
        }
        if (field.kind == FieldKind::level) {
            if (const auto position = level_position(value.text))
                return level_range(field, operation, *position);
        }
        if (field.kind == FieldKind::keyword) {
            Literal literal;
            literal.text = value.text;
            return between(field.name, operation, std::move(literal));
        }
        return between(field.name, operation, literal_of(value.text, now_, field.type));
    }

    const event::Catalog& catalog_;
    base::Nanos now_;
};

}  // namespace

base::Result<Predicate> plan(const Condition& condition, const event::Catalog& catalog,
                             base::Nanos now) {
    return Planner(catalog, now).plan(condition, "");
}

}  // namespace query::kql
