#pragma once

#include <vector>

#include "query/dsl/field_queries.h"
#include "query/dsl/json.h"

namespace query::dsl {

// The body of a query_string query: Lucene's syntax (lucene_parser.h) and where to look.
Parsed<storage::Predicate> query_string_condition(const json::value& body,
                                                  const FieldQueries& fields);

// The body of a simple_query_string query: + | - "…" … * ( ), and no failure for any text.
Parsed<storage::Predicate> simple_query_string_condition(const json::value& body,
                                                         const FieldQueries& fields);

// The fields that "fields", "default_field" or neither (all) name, boosts taken off.
Parsed<std::vector<MappedField>> query_fields(const json::object& options, const Mapping& mapping);

}  // namespace query::dsl
