#include <fmt/format.h>

#include <algorithm>

#include "event/schema.h"
#include "query/esql/planner.h"

// STATS: aggregate functions are taken out of the expressions around them; these are computed from
// the groups. Where the store can group by itself, it does.

namespace query::esql {

namespace {

// A column that no query can name.
std::string hidden_name(std::size_t aggregate) { return fmt::format("\x01{}", aggregate); }

bool is_hidden(std::string_view name) { return name.starts_with('\x01'); }

}  // namespace

base::Result<std::size_t> Planner::aggregate(const Expression& call, const NamedExpression& of,
                                             Grouping& grouping) {
    const auto source = [&](Place place) {
        return std::string(resolver_.text().substr(place.offset, place.length));
    };
    const std::string key =
        source(call.place) + (of.condition ? "\n" + source(of.condition->place) : "");
    const auto known = std::find(aggregate_keys_.begin(), aggregate_keys_.end(), key);
    if (known != aggregate_keys_.end())
        return static_cast<std::size_t>(known - aggregate_keys_.begin());
    Call understood{call.name, call.place, resolver_.text(), resolver_.now(), {}};
    const bool star =
        !call.arguments.empty() && call.arguments.front().kind == Expression::Kind::star;
    for (const Expression& argument : call.arguments) {
        if (argument.kind == Expression::Kind::star) continue;
        TRY(NodePtr node, resolver_.resolve(argument, scope_));
        understood.arguments.push_back(std::move(node));
    }
    TRY(Aggregate made, understood_aggregate(understood, star));
    if (of.condition) {
        TRY(made.condition, resolver_.resolve(*of.condition, scope_));
        if (made.condition->type() != Type::boolean && made.condition->type() != Type::null) {
            return refuse(fmt::format("Condition expression needs to be boolean, found [{}]",
                                      name_of(made.condition->type())),
                          of.condition->place);
        }
    }
    grouping.aggregates.push_back(std::move(made));
    aggregate_keys_.push_back(key);
    return grouping.aggregates.size() - 1;
}

base::Result<Expression> Planner::without_aggregates(const Expression& expression,
                                                     const NamedExpression& of,
                                                     Grouping& grouping) {
    if (expression.kind != Expression::Kind::call) return expression;
    if (is_aggregate(expression.name)) {
        TRY(const std::size_t at, aggregate(expression, of, grouping));
        Expression field;
        field.kind = Expression::Kind::field;
        field.name = hidden_name(at);
        field.place = expression.place;
        return field;
    }
    Expression made = expression;
    for (Expression& argument : made.arguments) {
        TRY(argument, without_aggregates(argument, of, grouping));
    }
    return made;
}

base::Status Planner::stats(const Command& command) {
    Grouping grouping;
    grouping.segment = std::make_shared<Segment>();
    aggregate_keys_.clear();
    for (const NamedExpression& key : command.by) {
        TRY(NodePtr node, resolver_.resolve(key.value, scope_));
        if (node->type() == Type::span)
            return refuse("cannot group by a span of time", key.value.place);
        grouping.keys.push_back(std::move(node));
    }
    std::vector<Expression> fields;
    for (const NamedExpression& field : command.fields) {
        const std::size_t before = grouping.aggregates.size();
        TRY(Expression rest, without_aggregates(field.value, field, grouping));
        const bool plain = rest.kind == Expression::Kind::field && is_hidden(rest.name);
        if (grouping.aggregates.size() == before && !plain &&
            rest.place.length == field.value.place.length && rest.kind != Expression::Kind::call) {
            return refuse(fmt::format("expected an aggregate function but found [{}]",
                                      resolver_.text().substr(field.value.place.offset,
                                                              field.value.place.length)),
                          field.value.place);
        }
        fields.push_back(std::move(rest));
    }
    Scope after(grouping.segment);
    for (std::size_t at = 0; at < grouping.aggregates.size(); ++at)
        after.add(hidden_name(at), grouping.aggregates[at].type);
    for (std::size_t at = 0; at < command.by.size(); ++at) {
        const Type type = grouping.keys[at]->type();
        after.add(command.by[at].name, type == Type::text ? Type::keyword : type);
    }
    std::vector<Column> named;
    std::vector<Evaluation> computed;
    for (std::size_t at = 0; at < fields.size(); ++at) {
        auto node = resolver_.resolve(fields[at], after);
        if (!node) {
            base::Error error = node.error();
            if (error.message.starts_with("Unknown column")) {
                error.message = fmt::format(
                    "column [{}] must appear in the STATS BY clause or be used in an aggregate "
                    "function",
                    resolver_.text().substr(error.offset, error.length));
            }
            return error;
        }
        const bool plain = fields[at].kind == Expression::Kind::field && is_hidden(fields[at].name);
        const Column* own = plain ? after.find(fields[at].name) : nullptr;
        const std::size_t slot = own != nullptr ? own->slot : grouping.segment->slots++;
        named.push_back({command.fields[at].name, node.value()->type(), slot, ""});
        if (own == nullptr) computed.push_back({std::move(node.value()), slot});
    }
    if (request_.query.commands.front().kind == Command::Kind::from)
        program_.store_stats =
            program_.store_stats ? std::move(program_.store_stats) : store_stats(command, grouping);
    if (at_source_ && !sorted_) program_.order = storage::Order::any;
    at_source_ = false;
    only_store_conditions_ = false;
    all_rows_ = false;
    // The order of columns: aggregates, then keys; the later of two with one name stays.
    std::vector<Column> keys(after.columns());
    after.columns().clear();
    for (Column& column : named) after.put(std::move(column));
    for (Column& column : keys) {
        if (!is_hidden(column.name)) after.put(std::move(column));
    }
    add(stats_stage(std::move(grouping)));
    if (!computed.empty()) add(eval_stage(std::move(computed)));
    scope_ = std::move(after);
    return base::ok();
}

const Column* Planner::store_field(const Expression& expression) const {
    if (expression.kind != Expression::Kind::field) return nullptr;
    const Column* column = scope_.find(expression.name);
    if (column == nullptr || column->field.empty()) return nullptr;
    if (column->field == event::field::timestamp || column->field == event::field::index)
        return column;
    const auto types = source_->types.find(column->field);
    const bool plain = source_->is_plain(column->field, column->type) &&
                       types != source_->types.end() && types->second.size() == 1;
    return plain ? column : nullptr;
}

// A field, or pieces of the time of one length.
std::optional<storage::GroupKey> Planner::store_key(const Expression& key) const {
    storage::GroupKey made;
    if (const Column* field = store_field(key)) {
        if (field->field == event::field::timestamp) made.interval = 1;
        made.field = field->field;
        made.missing_group = true;
        return made;
    }
    const bool bucket = key.kind == Expression::Kind::call && key.arguments.size() == 2 &&
                        (key.name == "bucket" || key.name == "bin");
    const bool trunc =
        key.kind == Expression::Kind::call && key.name == "date_trunc" && key.arguments.size() == 2;
    if (!bucket && !trunc) return std::nullopt;
    const Column* field = store_field(key.arguments[bucket ? 0 : 1]);
    const Expression& span = key.arguments[bucket ? 1 : 0];
    if (field == nullptr || field->field != event::field::timestamp ||
        span.literal.kind != Literal::Kind::span || span.literal.months != 0)
        return std::nullopt;
    made.field = field->field;
    made.interval = span.literal.integer;
    constexpr base::Nanos week = 7 * base::day;
    if (made.interval % week == 0) made.offset = 4 * base::day;  // Mondays
    return made;
}

std::optional<StoreStats> Planner::store_stats(const Command& command,
                                               const Grouping& grouping) const {
    if (!at_source_ || !only_store_conditions_) return std::nullopt;
    StoreStats made;
    for (const NamedExpression& key : command.by) {
        auto asked = store_key(key.value);
        if (!asked) return std::nullopt;
        made.spec.keys.push_back(std::move(*asked));
    }
    for (const NodePtr& key : grouping.keys) made.keys.push_back(key->type());
    // Which field each aggregate is of: its place in the query tells its call.
    const auto field_of = [&](const Aggregate& aggregate) -> const Column* {
        const Column* found = nullptr;
        const auto look = [&](const auto& self, const Expression& expression) -> void {
            if (expression.place.offset == aggregate.place.offset &&
                expression.place.length == aggregate.place.length &&
                expression.name == aggregate.name && !expression.arguments.empty())
                found = store_field(expression.arguments.front());
            for (const Expression& argument : expression.arguments) self(self, argument);
        };
        for (const NamedExpression& field : command.fields) look(look, field.value);
        return found;
    };
    for (const Aggregate& aggregate : grouping.aggregates) {
        if (aggregate.condition != nullptr) return std::nullopt;
        std::string name;
        if (aggregate.value != nullptr) {
            const Column* field = field_of(aggregate);
            if (field == nullptr) return std::nullopt;
            name = field->field;
        }
        auto metric = aggregate.metric(name);
        if (!metric) return std::nullopt;
        made.spec.metrics.push_back(std::move(*metric));
        made.aggregates.push_back(aggregate.type);
    }
    made.single = single_;
    std::sort(made.single.begin(), made.single.end());
    made.single.erase(std::unique(made.single.begin(), made.single.end()), made.single.end());
    made.segment = grouping.segment;
    made.stage = program_.stages.size();
    return made;
}

}  // namespace query::esql
