#include "query/esql/scope.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/schema.h"
#include "query/esql/aggregate.h"
#include "query/esql/function.h"

namespace query::esql {

namespace {

// Changed, added and missing letters between two names.
std::size_t distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t at = 0; at < row.size(); ++at) row[at] = at;
    for (std::size_t from = 1; from <= one.size(); ++from) {
        std::size_t before = row[0];
        row[0] = from;
        for (std::size_t to = 1; to < row.size(); ++to) {
            const std::size_t same = before + (one[from - 1] == other[to - 1] ? 0 : 1);
            before = row[to];
            row[to] = std::min({same, row[to] + 1, row[to - 1] + 1});
        }
    }
    return row.back();
}

std::string nearest(std::string_view name, const std::vector<std::string_view>& names) {
    std::string_view best;
    std::size_t least = name.size() / 3 + 1;
    for (const std::string_view one : names) {
        if (one.size() > 100 || name.size() > 100) continue;
        const std::size_t far = distance(name, one);
        if (far >= least) continue;
        least = far;
        best = one;
    }
    return best.empty() ? "" : fmt::format(", did you mean [{}]?", best);
}

base::Status check_count(const Function& function, const Expression& call, std::string_view text) {
    const std::size_t count = call.arguments.size();
    if (count >= function.least && count <= function.most) return base::ok();
    const std::string_view source = text.substr(call.place.offset, call.place.length);
    const std::string wanted =
        function.most == any_number       ? fmt::format("at least {}", function.least)
        : function.least == function.most ? fmt::format("exactly {}", function.least)
                                          : fmt::format("{} to {}", function.least, function.most);
    return refuse(fmt::format("error building [{}]: function [{}] expects {} argument{}, found {}",
                              call.name, source, wanted, wanted == "exactly 1" ? "" : "s", count),
                  call.place);
}

}  // namespace

const Column* Scope::find(std::string_view name) const {
    const auto by_name = [&](std::string_view wanted) {
        const auto found =
            std::find_if(columns_.begin(), columns_.end(),
                         [&](const Column& column) { return column.name == wanted; });
        return found == columns_.end() ? nullptr : &*found;
    };
    if (const Column* own = by_name(name)) return own;
    std::string_view other = event::unified_name(name);
    const auto by_field = [&](std::string_view wanted) -> const Column* {
        for (const Column& column : columns_) {
            if (!column.field.empty() && column.field == wanted && column.name == wanted)
                return &column;
            // The time is shown under Elasticsearch's name.
            if (column.field == event::field::timestamp && column.field == wanted &&
                column.name == "@timestamp")
                return &column;
        }
        return nullptr;
    };
    if (const Column* field = by_field(other)) return field;
    constexpr std::string_view twin = ".keyword";
    if (!other.ends_with(twin)) return nullptr;
    other.remove_suffix(twin.size());
    const Column* whole = by_field(event::unified_name(other));
    return whole != nullptr && is_text(whole->type) ? whole : nullptr;
}

std::size_t Scope::use(const Column& column) {
    if (column.slot != Column::not_used) return column.slot;
    for (const Segment::Field& field : segment_->fields) {
        if (field.name == column.field) return field.slot;
    }
    segment_->fields.push_back({column.field, column.type, segment_->slots});
    return segment_->slots++;
}

std::size_t Scope::add(std::string name, Type type) {
    const std::size_t slot = segment_->slots++;
    put({std::move(name), type, slot, ""});
    return slot;
}

void Scope::put(Column column) {
    remove(column.name);
    columns_.push_back(std::move(column));
}

void Scope::remove(std::string_view name) {
    std::erase_if(columns_, [&](const Column& column) { return column.name == name; });
}

base::Error unknown_column(std::string_view name, Place place, const Scope& scope) {
    std::vector<std::string_view> names;
    for (const Column& column : scope.columns()) names.push_back(column.name);
    return refuse(fmt::format("Unknown column [{}]{}", name.substr(0, 200), nearest(name, names)),
                  place);
}

base::Result<NodePtr> Resolver::resolve(const Expression& expression, Scope& scope) const {
    switch (expression.kind) {
        case Expression::Kind::literal:
            return literal_node(expression.literal, expression.place);
        case Expression::Kind::field: {
            const Column* column = scope.find(expression.name);
            if (column == nullptr) return unknown_column(expression.name, expression.place, scope);
            if (column->type == Type::null) return null_node(Type::null, expression.place);
            const Type type = column->type;
            return column_node(type, expression.place, scope.use(*column));
        }
        case Expression::Kind::star:
            return refuse("expected an expression, found '*'", expression.place);
        case Expression::Kind::call:
            break;
    }
    const Function* function = function_named(expression.name);
    if (function == nullptr) {
        if (is_aggregate(expression.name)) {
            return refuse(
                fmt::format("aggregate function [{}] not allowed outside STATS command",
                            text_.substr(expression.place.offset, expression.place.length)),
                expression.place);
        }
        if (expression.name == "match" || expression.name == "kql" || expression.name == "qstr" ||
            expression.name == "match_phrase") {
            return refuse(
                fmt::format("[{}] function is only supported in WHERE in front of STATS, "
                            "LIMIT, SORT and MV_EXPAND, joined to other conditions by AND",
                            expression.name),
                expression.place);
        }
        std::vector<std::string_view> names = function_names();
        for (const std::string_view name : aggregate_names()) names.push_back(name);
        if (expression.name.starts_with("::")) {
            return refuse(fmt::format("Unknown data type named [{}]", expression.name.substr(2)),
                          expression.place);
        }
        return refuse(fmt::format("Unknown function [{}]{}", expression.name.substr(0, 100),
                                  nearest(expression.name, names)),
                      expression.place);
    }
    TRY(check_count(*function, expression, text_));
    Call call{function->name, expression.place, text_, now_, {}};
    for (const Expression& argument : expression.arguments) {
        TRY(NodePtr node, resolve(argument, scope));
        call.arguments.push_back(std::move(node));
    }
    return function->resolve(call);
}

}  // namespace query::esql
