#include "query/esql/pushdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "event/schema.h"
#include "query/dsl/lucene_regexp.h"
#include "query/dsl/query_reader.h"
#include "query/kql/parser.h"
#include "query/kql/planner.h"
#include "query/time_text.h"

namespace query::esql {

namespace {

using Maybe = base::Result<std::optional<Pushed>>;
using storage::Bound;
using storage::Literal;
using storage::Predicate;

constexpr std::array<std::string_view, 4> searches = {"match", "match_phrase", "kql", "qstr"};

bool is_search(const Expression& call) {
    return call.kind == Expression::Kind::call &&
           std::find(searches.begin(), searches.end(), call.name) != searches.end();
}

event::Type stored_as(Type type) {
    switch (type) {
        case Type::boolean:
            return event::Type::boolean;
        case Type::whole:
            return event::Type::integer;
        case Type::number:
            return event::Type::number;
        case Type::date:
            return event::Type::timestamp;
        case Type::ip:
            return event::Type::ip;
        default:
            return event::Type::string;
    }
}

// A constant as the store compares it with values of a field; nothing where they are unlike.
std::optional<Literal> literal_of(const Node& node, Type field, base::Nanos now) {
    const Vector* value = node.constant();
    if (value == nullptr || value->size() != 1) return std::nullopt;
    const Cell cell = value->at(0);
    const Type type = value->type();
    Literal literal;
    if (is_text(field) && is_text(type)) {
        literal.text = cell.text;
    } else if (is_number(field) && type == Type::number) {
        // Beyond it doubles are compared with doubles, and 64 bits are more.
        constexpr double exact = 9007199254740992.0;
        if (field != Type::number && std::abs(cell.number) >= exact) return std::nullopt;
        literal.number = cell.number;
    } else if (is_number(field) && is_number(type)) {
        literal.integer = cell.integer;
        literal.number = static_cast<double>(cell.integer);
    } else if (field == Type::boolean && type == Type::boolean) {
        literal.boolean = cell.integer != 0;
    } else if (field == Type::ip && (type == Type::ip || is_text(type))) {
        const auto address =
            type == Type::ip ? std::optional(cell.ip) : event::Ip::parse(cell.text);
        if (!address) return std::nullopt;
        literal.ip_first = literal.ip_last = address;
    } else if (field == Type::date && (type == Type::date || is_text(type))) {
        base::Nanos at = cell.integer;
        if (is_text(type)) {
            const auto time = parse_time(cell.text, now);
            if (!time) return std::nullopt;
            at = time.value().begin;
        }
        if (at == std::numeric_limits<base::Nanos>::max()) return std::nullopt;
        literal.time_begin = at;
        literal.time_end = at + 1;
    } else {
        return std::nullopt;
    }
    return literal;
}

class Pusher {
  public:
    Pusher(const Scope& scope, const Resolver& resolver, const Source& source)
        : scope_(scope), resolver_(resolver), source_(source) {}

    Maybe push(const Expression& condition) const {
        if (condition.kind != Expression::Kind::call) return nothing();
        if (is_search(condition)) return search(condition);
        const std::string& name = condition.name;
        if (name == "and" || name == "or") return junction(condition);
        if (name == "not") return negation(condition);
        if (name == "in") return in(condition);
        if (name == "is_null" || name == "is_not_null") return null_test(condition);
        if (name == "like" || name == "rlike" || name == "starts_with") return pattern(condition);
        return comparison(condition);
    }

  private:
    static std::optional<Pushed> nothing() { return std::nullopt; }
    static std::optional<Pushed> of_field(Predicate predicate, const std::string& field) {
        Pushed made;
        made.predicate = std::move(predicate);
        if (field != event::field::timestamp && !field.starts_with('_')) made.single = {field};
        return made;
    }

    // A field of the store with one type; nullptr else.
    const Column* field_of(const Expression& expression) const {
        if (expression.kind != Expression::Kind::field) return nullptr;
        const Column* column = scope_.find(expression.name);
        const bool plain = column != nullptr && !column->field.empty() &&
                           source_.is_plain(column->field, column->type);
        return plain ? column : nullptr;
    }

    std::optional<Literal> constant(const Expression& expression, const Column& field) const {
        Scope empty(std::make_shared<Segment>());
        const auto node = resolver_.resolve(expression, empty);
        if (!node) return std::nullopt;
        return literal_of(*node.value(), field.type, resolver_.now());
    }

    Maybe junction(const Expression& condition) const {
        Pushed all;
        std::vector<Predicate> parts;
        for (const Expression& argument : condition.arguments) {
            TRY(auto part, push(argument));
            if (!part) return nothing();
            // One that is null in a row with several values says nothing about `or`'s others: such
            // rows fit too often, never too seldom.
            parts.push_back(std::move(part->predicate));
            const bool alike = parts.size() == 1 || part->single == all.single;
            all.uncertain = all.uncertain || part->uncertain ||
                            (condition.name == "or" && (!alike || part->single.size() > 1));
            if (!alike || parts.size() == 1)
                all.single.insert(all.single.end(), part->single.begin(), part->single.end());
            all.only_store = all.only_store || part->only_store;
        }
        all.predicate = condition.name == "and" ? Predicate::all_of(std::move(parts))
                                                : Predicate::any_of(std::move(parts));
        return std::optional(std::move(all));
    }

    // Only of a comparison: where its field has no value, neither is true.
    Maybe negation(const Expression& condition) const {
        const Expression& inner = condition.arguments.front();
        if (is_search(inner)) {
            TRY(auto part, push(inner));
            part->predicate = Predicate::none_of(std::move(part->predicate));
            return part;
        }
        const bool leaf = inner.kind == Expression::Kind::call &&
                          (inner.name == "in" || inner.name == "like" || inner.name == "rlike" ||
                           inner.name == "==" || inner.name == "starts_with");
        if (!leaf) return nothing();
        const Column* field = field_of(inner.arguments.front());
        if (field == nullptr) return nothing();
        TRY(auto part, push(inner));
        if (!part) return nothing();
        return std::optional(
            of_field(Predicate::all_of(
                         {exists(field->field), Predicate::none_of(std::move(part->predicate))}),
                     field->field));
    }

    static Predicate exists(const std::string& field) {
        const bool always = field == event::field::timestamp || field == event::field::index ||
                            field == event::field::id;
        return always ? Predicate() : Predicate::exists(field);
    }

    Maybe comparison(const Expression& condition) const {
        constexpr std::array<std::string_view, 6> names = {"==", "!=", "<", "<=", ">", ">="};
        constexpr std::array<std::string_view, 6> swapped = {"==", "!=", ">", ">=", "<", "<="};
        const auto* found = std::find(names.begin(), names.end(), condition.name);
        if (found == names.end()) return nothing();
        const bool first = condition.arguments[0].kind == Expression::Kind::field;
        const Column* field = field_of(condition.arguments[first ? 0 : 1]);
        if (field == nullptr) return nothing();
        auto literal = constant(condition.arguments[first ? 1 : 0], *field);
        if (!literal) return nothing();
        const std::string_view name =
            first ? *found : swapped[static_cast<std::size_t>(found - names.begin())];
        if (name == "==")
            return of_field(Predicate::equals(field->field, std::move(*literal)), field->field);
        if (name == "!=") {
            return of_field(
                Predicate::all_of({exists(field->field), Predicate::none_of(Predicate::equals(
                                                             field->field, std::move(*literal)))}),
                field->field);
        }
        if (field->type == Type::boolean) return nothing();
        const Bound bound{std::move(*literal), name.size() == 2};
        return of_field(name[0] == '>' ? Predicate::between(field->field, bound, std::nullopt)
                                       : Predicate::between(field->field, std::nullopt, bound),
                        field->field);
    }

    Maybe in(const Expression& condition) const {
        const Column* field = field_of(condition.arguments.front());
        if (field == nullptr) return nothing();
        std::vector<Predicate> choices;
        for (std::size_t at = 1; at < condition.arguments.size(); ++at) {
            auto literal = constant(condition.arguments[at], *field);
            if (!literal) return nothing();
            choices.push_back(Predicate::equals(field->field, std::move(*literal)));
        }
        return of_field(Predicate::any_of(std::move(choices)), field->field);
    }

    Maybe null_test(const Expression& condition) const {
        const Column* field = field_of(condition.arguments.front());
        if (field == nullptr) return nothing();
        Predicate there = exists(field->field);
        if (condition.name == "is_null") {
            there = there.kind == Predicate::Kind::everything
                        ? Predicate::nothing_fits()
                        : Predicate::none_of(std::move(there));
        }
        Pushed made;
        made.predicate = std::move(there);
        return std::optional(std::move(made));
    }

    Maybe pattern(const Expression& condition) const {
        const Column* field = field_of(condition.arguments.front());
        if (field == nullptr || !is_text(field->type)) return nothing();
        std::vector<Predicate> choices;
        for (std::size_t at = 1; at < condition.arguments.size(); ++at) {
            auto literal = constant(condition.arguments[at], *field);
            if (!literal) return nothing();
            Predicate one;
            one.field = field->field;
            one.kind = condition.name == "like"    ? Predicate::Kind::wildcard
                       : condition.name == "rlike" ? Predicate::Kind::regexp
                                                   : Predicate::Kind::prefix;
            if (condition.name == "rlike") {
                auto expression = dsl::re2_of(literal->text);
                if (!expression) return nothing();
                literal->text = std::move(expression.value());
            }
            one.literal = std::move(*literal);
            choices.push_back(std::move(one));
        }
        return of_field(Predicate::any_of(std::move(choices)), field->field);
    }

    // MATCH(field, "…"), field:"…", KQL("…"), QSTR("…").
    Maybe search(const Expression& call) const {
        const bool with_field = call.name.starts_with("match");
        if (call.arguments.size() != (with_field ? 2 : 1)) {
            return refuse(fmt::format("error building [{}]: expects exactly {} arguments",
                                      call.name, with_field ? 2 : 1),
                          call.place);
        }
        const Expression& given = call.arguments.back();
        if (given.kind != Expression::Kind::literal ||
            given.literal.kind == esql::Literal::Kind::null ||
            given.literal.kind == esql::Literal::Kind::list)
            return refuse("expected a constant to search for", given.place);
        if (!with_field && given.literal.kind != esql::Literal::Kind::text)
            return refuse("expected a text to search for", given.place);
        if (call.name == "kql") return kql_search(given);
        dsl::json::object body;
        if (call.name == "qstr") {
            body["query_string"] = {{"query", given.literal.text}};
            return dsl_search(body, given.place);
        }
        const Expression& field = call.arguments.front();
        if (field.kind != Expression::Kind::field)
            return refuse("expected a field to search in", field.place);
        const Column* column = scope_.find(field.name);
        if (column == nullptr) return unknown_column(field.name, field.place, scope_);
        if (column->field.empty()) {
            return refuse(fmt::format("[{}] cannot operate on [{}], which is not a field from an "
                                      "index mapping",
                                      call.name, field.name),
                          field.place);
        }
        body[call.name] = {{field.name == column->name ? column->field : field.name,
                            text_of_literal(given.literal)}};
        return dsl_search(body, given.place);
    }

    static std::string text_of_literal(const esql::Literal& literal) {
        switch (literal.kind) {
            case esql::Literal::Kind::integer:
                return fmt::format("{}", literal.integer);
            case esql::Literal::Kind::number:
                return fmt::format("{}", literal.number);
            case esql::Literal::Kind::boolean:
                return literal.integer != 0 ? "true" : "false";
            default:
                return literal.text;
        }
    }

    Maybe dsl_search(const dsl::json::object& body, Place place) const {
        dsl::QueryReader reader(source_.mapping, resolver_.now());
        auto read = reader.read(body);
        if (!read) return refuse(read.error().reason, place);
        Pushed made;
        made.predicate = std::move(read.value());
        made.only_store = true;
        return std::optional(std::move(made));
    }

    Maybe kql_search(const Expression& given) const {
        const auto condition = kql::parse(given.literal.text);
        if (!condition) return refuse(condition.error().message, given.place);
        auto planned = kql::plan(condition.value(), source_.catalog, resolver_.now());
        if (!planned) return refuse(planned.error().message, given.place);
        Pushed made;
        made.predicate = std::move(planned.value());
        made.only_store = true;
        return std::optional(std::move(made));
    }

    const Scope& scope_;
    const Resolver& resolver_;
    const Source& source_;
};

}  // namespace

bool Source::is_plain(const std::string& field, Type type) const {
    if (field == event::field::timestamp || field == event::field::id ||
        field == event::field::index)
        return true;
    const auto found = types.find(field);
    if (found == types.end()) return false;
    return std::all_of(found->second.begin(), found->second.end(), [type](event::Type stored) {
        return stored == stored_as(type) ||
               (type == Type::number && stored == event::Type::integer);
    });
}

base::Result<std::optional<Pushed>> pushed(const Expression& condition, const Scope& scope,
                                           const Resolver& resolver, const Source& source) {
    return Pusher(scope, resolver, source).push(condition);
}

}  // namespace query::esql
