#include "query/esql/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/schema.h"
#include "query/esql/cutting.h"

namespace query::esql {

namespace {

Type type_of(dsl::FieldType type) {
    switch (type) {
        case dsl::FieldType::keyword:
            return Type::keyword;
        case dsl::FieldType::text:
            return Type::text;
        case dsl::FieldType::integer:
            return Type::whole;
        case dsl::FieldType::number:
            return Type::number;
        case dsl::FieldType::boolean:
            return Type::boolean;
        case dsl::FieldType::date:
            return Type::date;
        case dsl::FieldType::ip:
            return Type::ip;
        default:
            return Type::null;
    }
}

// Conditions that must all hold, each by itself.
std::vector<const Expression*> parts_of(const Expression& condition) {
    if (condition.kind != Expression::Kind::call || condition.name != "and") return {&condition};
    std::vector<const Expression*> parts;
    for (const Expression& argument : condition.arguments) {
        for (const Expression* part : parts_of(argument)) parts.push_back(part);
    }
    return parts;
}

}  // namespace

base::Result<Program> plan(const PlanRequest& request) { return Planner(request).plan(); }

Planner::Planner(const PlanRequest& request)
    : request_(request),
      resolver_(request.query.text, request.now),
      scope_(std::make_shared<Segment>()) {}

base::Result<Program> Planner::plan() {
    const std::vector<Command>& commands = request_.query.commands;
    for (const Command& command : commands)
        has_limit_ = has_limit_ || command.kind == Command::Kind::limit;
    program_.segment = scope_.segment();
    for (std::size_t at = 0; at < commands.size(); ++at) {
        TRY(take(commands[at], at));
    }
    finish();
    return std::move(program_);
}

base::Status Planner::take(const Command& command, std::size_t position) {
    switch (command.kind) {
        case Command::Kind::from:
            return from(command);
        case Command::Kind::row:
            return row(command);
        case Command::Kind::where:
            return where(command);
        case Command::Kind::eval:
            return eval(command);
        case Command::Kind::stats:
            return stats(command);
        case Command::Kind::sort:
            return sort(command, position);
        case Command::Kind::limit:
            limit(command.limit);
            return base::ok();
        case Command::Kind::keep:
            return keep(command);
        case Command::Kind::drop:
            return drop(command);
        case Command::Kind::rename:
            return rename(command);
        case Command::Kind::mv_expand:
            return expand(command);
        case Command::Kind::dissect:
        case Command::Kind::grok:
            return cut(command);
    }
    return base::ok();
}

void Planner::limit(std::uint64_t limit) {
    if (all_rows_) program_.limit = limit;
    at_source_ = false;
    all_rows_ = false;
    add(limit_stage(limit));
}

void Planner::finish() {
    program_.default_limit = !has_limit_;
    limit(has_limit_ ? most_rows : default_limit);
    for (const Column& column : scope_.columns()) {
        const std::size_t slot = column.type == Type::null && column.slot == Column::not_used
                                     ? Column::not_used
                                     : scope_.use(column);
        program_.outputs.push_back({column.name, column.type, slot});
    }
    program_.predicate = storage::Predicate::all_of(std::move(predicates_));
}

// Names that are no patterns must be those of indices, and there must be one at all.
base::Status Planner::check_indices(const Command& command,
                                    const std::vector<storage::IndexInfo>& indices) const {
    bool any = !indices.empty();
    std::string_view rest = command.indices;
    while (!rest.empty()) {
        const std::string_view name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        if (name.find('*') != std::string_view::npos || name.starts_with('-') || name == "_all")
            continue;
        const bool known =
            std::any_of(indices.begin(), indices.end(),
                        [&](const storage::IndexInfo& info) { return info.name == name; }) ||
            (request_.index_known && request_.index_known(name));
        any = any || known;
        if (!known) {
            return refuse(fmt::format("Unknown index [{}]", name.substr(0, 200)), command.place);
        }
    }
    if (any) return base::ok();
    return refuse(fmt::format("Unknown index [{}]", command.indices.substr(0, 200)), command.place);
}

base::Status Planner::from(const Command& command) {
    program_.indices = event::IndexPattern(command.indices);
    TRY(const auto indices, request_.searcher.indices(program_.indices));
    TRY(check_indices(command, indices));
    TRY(auto fields, request_.searcher.fields(program_.indices));
    Source source{request_.catalog, dsl::Mapping(request_.catalog, fields), {}};
    for (Field& field : fields) source.types[field.name] = std::move(field.types);
    for (const dsl::MappedField& field : source.mapping.fields()) {
        const bool is_time = field.name == event::field::timestamp;
        scope_.columns().push_back({is_time ? "@timestamp" : field.name, type_of(field.type),
                                    Column::not_used, field.name});
    }
    const auto by_name = [](const Column& one, const Column& other) {
        return one.name < other.name;
    };
    std::sort(scope_.columns().begin(), scope_.columns().end(), by_name);
    for (const NamePattern& name : command.metadata) {
        if (name.text != event::field::id && name.text != event::field::index) {
            return refuse(
                fmt::format("unsupported metadata field [{}]: expected _id or _index", name.text),
                name.place);
        }
        scope_.put({name.text, Type::keyword, Column::not_used, name.text});
    }
    source_.emplace(std::move(source));
    return base::ok();
}

base::Status Planner::row(const Command& command) {
    program_.from_store = false;
    at_source_ = false;
    return eval(command);
}

base::Status Planner::where(const Command& command) {
    std::vector<const Expression*> rest;
    for (const Expression* part : parts_of(*command.expression)) {
        std::optional<Pushed> asked;
        if (at_source_) {
            TRY(asked, pushed(*part, scope_, resolver_, *source_));
        }
        if (!asked || !asked->only_store) rest.push_back(part);
        if (!asked || asked->uncertain) only_store_conditions_ = false;
        if (!asked) continue;
        single_.insert(single_.end(), asked->single.begin(), asked->single.end());
        predicates_.push_back(std::move(asked->predicate));
    }
    for (const Expression* part : rest) {
        TRY(NodePtr node, resolver_.resolve(*part, scope_));
        if (node->type() != Type::boolean && node->type() != Type::null) {
            return refuse(fmt::format("Condition expression needs to be boolean, found [{}]",
                                      name_of(node->type())),
                          part->place);
        }
        add(filter_stage(std::move(node)));
        all_rows_ = false;
    }
    return base::ok();
}

base::Status Planner::eval(const Command& command) {
    std::vector<Evaluation> columns;
    for (const NamedExpression& field : command.fields) {
        TRY(NodePtr node, resolver_.resolve(field.value, scope_));
        if (node->type() == Type::span) {
            return refuse(fmt::format("cannot use [{}] directly in a column: it is a span of time",
                                      field.name),
                          field.value.place);
        }
        const Type type = node->type();
        const std::size_t slot = scope_.add(field.name, type == Type::text ? Type::keyword : type);
        columns.push_back({std::move(node), slot});
    }
    add(eval_stage(std::move(columns)));
    only_store_conditions_ = false;
    return base::ok();
}

// The limit of a later LIMIT, if no command before it changes which rows there are.
std::optional<std::uint64_t> Planner::limit_behind(std::size_t position) const {
    const std::vector<Command>& commands = request_.query.commands;
    for (std::size_t at = position + 1; at < commands.size(); ++at) {
        switch (commands[at].kind) {
            case Command::Kind::limit:
                return commands[at].limit;
            case Command::Kind::eval:
            case Command::Kind::keep:
            case Command::Kind::drop:
            case Command::Kind::rename:
            case Command::Kind::dissect:
            case Command::Kind::grok:
                break;
            default:
                return std::nullopt;
        }
    }
    return has_limit_ ? most_rows : default_limit;
}

base::Status Planner::sort(const Command& command, std::size_t position) {
    std::vector<SortColumn> columns;
    for (const SortKey& key : command.keys) {
        TRY(NodePtr node, resolver_.resolve(key.value, scope_));
        if (node->type() == Type::span)
            return refuse("cannot sort by a span of time", key.value.place);
        columns.push_back(
            {std::move(node), key.descending, key.nulls_first.value_or(key.descending)});
    }
    const SortKey& first = command.keys.front();
    const Column* column =
        first.value.kind == Expression::Kind::field ? scope_.find(first.value.name) : nullptr;
    const bool by_time = at_source_ && !sorted_ && command.keys.size() == 1 && column != nullptr &&
                         column->field == event::field::timestamp;
    sorted_ = true;
    only_store_conditions_ = false;
    if (by_time) {
        // The store gives rows in this order.
        program_.order =
            first.descending ? storage::Order::newest_first : storage::Order::oldest_first;
        return base::ok();
    }
    if (at_source_ && program_.stages.empty()) program_.order = storage::Order::any;
    all_rows_ = false;
    add(sort_stage(std::move(columns), limit_behind(position)));
    return base::ok();
}

base::Status Planner::expand(const Command& command) {
    const NamePattern& name = command.names.front();
    const Column* column = scope_.find(name.text);
    if (column == nullptr) return unknown_column(name.text, name.place, scope_);
    at_source_ = false;
    all_rows_ = false;
    if (column->type == Type::null) return base::ok();
    const std::size_t from = scope_.use(*column);
    const std::size_t to = scope_.segment()->slots++;
    for (Column& each : scope_.columns()) {
        if (each.name == column->name) {
            each.slot = to;
            each.field.clear();
            break;
        }
    }
    add(expand_stage(from, to));
    return base::ok();
}

base::Status Planner::cut(const Command& command) {
    TRY(NodePtr text, resolver_.resolve(*command.expression, scope_));
    const bool dissect = command.kind == Command::Kind::dissect;
    if (!is_text(text->type()) && text->type() != Type::null) {
        return refuse(fmt::format("{} only supports KEYWORD or TEXT values, found type [{}]",
                                  dissect ? "Dissect" : "Grok", name_of(text->type())),
                      text->place());
    }
    std::unique_ptr<Cutter> cutter;
    if (dissect) {
        auto made = event::Dissection::parse(command.pattern, command.separator);
        if (made && made.value().names_fields())
            made = base::invalid("reference keys (%{?name}, %{&name}) are not supported");
        if (!made) {
            return refuse(fmt::format("Invalid pattern for dissect: [{}]: {}",
                                      command.pattern.substr(0, 200), made.error().message),
                          command.pattern_place);
        }
        cutter = dissect_cutter(std::move(made.value()));
    } else {
        auto made = event::GrokPattern::parse(command.pattern, {});
        if (!made) {
            return refuse(fmt::format("Invalid GROK pattern [{}]: [{}]",
                                      command.pattern.substr(0, 200), made.error().message),
                          command.pattern_place);
        }
        cutter = grok_cutter(std::move(made.value()));
    }
    std::vector<std::size_t> slots;
    for (const CutField& field : cutter->fields())
        slots.push_back(scope_.add(field.name, field.type));
    add(cut_stage(std::move(text), std::move(cutter), std::move(slots)));
    only_store_conditions_ = false;
    return base::ok();
}

}  // namespace query::esql
