#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "event/index_name.h"
#include "query/esql/planner.h"

// KEEP, DROP and RENAME: which columns there are, and what they are called. Nothing is done to
// pages.

namespace query::esql {

namespace {

// Of several that fit, names count more than patterns, these more than `*`; then the last one.
int rank_of(const NamePattern& name) {
    if (!name.has_star) return 2;
    return name.text == "*" ? 0 : 1;
}

bool fits(const NamePattern& pattern, const std::string& name) {
    // Names may hold a question mark, which is none here.
    return pattern.text == "*" || (event::fits_wildcard(name, pattern.text) &&
                                   pattern.text.find('?') == std::string::npos);
}

}  // namespace

base::Status Planner::keep(const Command& command) {
    struct Chosen {
        int rank = -1;
        std::size_t pattern = 0;
    };
    const std::vector<Column>& columns = scope_.columns();
    std::vector<Chosen> chosen(columns.size());
    std::vector<std::string> called(columns.size());
    for (std::size_t at = 0; at < command.names.size(); ++at) {
        const NamePattern& name = command.names[at];
        const Column* named = name.has_star ? nullptr : scope_.find(name.text);
        bool found = false;
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const bool fit =
                name.has_star ? fits(name, columns[column].name) : named == &columns[column];
            if (!fit) continue;
            found = true;
            if (rank_of(name) < chosen[column].rank) continue;
            chosen[column] = {rank_of(name), at};
            called[column] = name.has_star ? columns[column].name : name.text;
        }
        if (found || name.text == "*") continue;
        if (!name.has_star) return unknown_column(name.text, name.place, scope_);
        return refuse(fmt::format("No matches found for pattern [{}]", name.text), name.place);
    }
    std::vector<Column> kept;
    for (std::size_t at = 0; at < command.names.size(); ++at) {
        for (std::size_t column = 0; column < columns.size(); ++column) {
            if (chosen[column].rank < 0 || chosen[column].pattern != at) continue;
            kept.push_back(columns[column]);
            kept.back().name = called[column];
        }
    }
    scope_.columns() = std::move(kept);
    return base::ok();
}

// All of them are looked for among the columns that were there before.
base::Status Planner::drop(const Command& command) {
    std::vector<std::string> gone;
    for (const NamePattern& name : command.names) {
        const std::size_t before = gone.size();
        if (!name.has_star) {
            const Column* column = scope_.find(name.text);
            if (column == nullptr) return unknown_column(name.text, name.place, scope_);
            gone.push_back(column->name);
        }
        for (const Column& column : scope_.columns()) {
            if (name.has_star && fits(name, column.name)) gone.push_back(column.name);
        }
        if (gone.size() == before)
            return refuse(fmt::format("No matches found for pattern [{}]", name.text), name.place);
    }
    for (const std::string& column : gone) scope_.remove(column);
    return base::ok();
}

base::Status Planner::rename(const Command& command) {
    for (const auto& [from, to] : command.renames) {
        const Column* found = scope_.find(from.text);
        if (found == nullptr) return unknown_column(from.text, from.place, scope_);
        const std::string old = found->name;
        if (old == to.text) continue;
        scope_.remove(to.text);
        for (Column& column : scope_.columns()) {
            if (column.name == old) {
                column.name = to.text;
                break;
            }
        }
    }
    return base::ok();
}

}  // namespace query::esql
