#include "query/scope.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "event/index_name.h"
#include "event/overflow.h"
#include "event/schema.h"

namespace query {

namespace {

// `_overflow` without the entries of hidden fields.
event::Column visible_overflow(const event::Column& column, const Scope& scope) {
    event::Column visible(column.name, column.type);
    for (std::size_t value = 0; value < column.size(); ++value) {
        const auto entry = event::read_overflow(column.text(value));
        if (entry && !scope.hides(entry->name))
            visible.add_text(column.row_of(value), column.text(value));
    }
    return visible;
}

}  // namespace

using storage::Predicate;

Scope Scope::limited(Predicate rows, std::vector<std::string> hidden) {
    Scope scope;
    scope.rows_ = std::move(rows);
    scope.hidden_ = std::move(hidden);
    return scope;
}

bool Scope::hides(std::string_view field) const {
    if (hidden_.empty()) return false;
    // They tell of other fields.
    if (field == event::field::shape || field == event::field::violations) return true;
    return std::any_of(hidden_.begin(), hidden_.end(), [field](const std::string& pattern) {
        return event::fits_wildcard(field, pattern);
    });
}

void Scope::hide_in(Predicate& node, const std::vector<std::string>& names) const {
    for (Predicate& child : node.children) hide_in(child, names);
    if (node.field.empty()) return;
    if (node.field.find('*') == std::string::npos) {
        if (hides(node.field) || node.field == event::field::overflow)
            node = Predicate::nothing_fits();
        return;
    }
    std::vector<Predicate> visible;
    for (const std::string& name : names) {
        if (name.starts_with('_') && !node.field.starts_with('_')) continue;
        if (hides(name) || name == event::field::overflow ||
            !event::fits_wildcard(name, node.field))
            continue;
        Predicate one = node;
        one.field = name;
        visible.push_back(std::move(one));
    }
    node = Predicate::any_of(std::move(visible));
}

Predicate Scope::limit(Predicate asked, const std::vector<std::string>& names) const {
    if (!all_fields()) hide_in(asked, names);
    if (all_rows()) return asked;
    return Predicate::all_of({rows_, std::move(asked)});
}

void hide_fields(const Scope& scope, event::Batch& batch) {
    if (scope.all_fields()) return;
    std::vector<std::pair<std::string, event::Type>> hidden;
    for (const event::Column& column : batch.columns()) {
        if (scope.hides(column.name)) hidden.emplace_back(column.name, column.type);
    }
    std::optional<event::Column> overflow;
    if (const event::Column* column = batch.find(event::field::overflow, event::Type::string)) {
        overflow = visible_overflow(*column, scope);
    }
    for (const auto& [name, type] : hidden) batch.remove(name, type);
    if (overflow && !overflow->empty()) batch.add(std::move(*overflow));
}

}  // namespace query
