#include "query/scope.h"

#include <algorithm>
#include <utility>

#include "event/index_name.h"
#include "event/schema.h"

namespace query {

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

}  // namespace query
