#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "event/catalog.h"
#include "query/dsl/mapping.h"
#include "query/esql/scope.h"
#include "storage/predicate.h"

namespace query::esql {

// What is known of the fields that a query reads.
struct Source {
    const event::Catalog& catalog;
    dsl::Mapping mapping;
    std::map<std::string, std::vector<event::Type>, std::less<>> types;

    // The store has this field in the one type that the query sees.
    bool is_plain(const std::string& field, Type type) const;
};

// A condition as the store answers it.
struct Pushed {
    storage::Predicate predicate;
    // Rows with several values of these fields may fit though the condition is not true of them:
    // without such rows both are the same.
    std::vector<std::string> single;
    // Some fitting rows may have none of these fields: how many values there are does not tell
    // whether one has several.
    bool uncertain = false;
    // A search in full text: only the store can answer it.
    bool only_store = false;
};

// Nothing: the condition cannot be answered by the store alone. Failures: a wrong search in full
// text.
base::Result<std::optional<Pushed>> pushed(const Expression& condition, const Scope& scope,
                                           const Resolver& resolver, const Source& source);

}  // namespace query::esql
