#pragma once

#include <string>

#include "query/dsl/search_body.h"
#include "query/search.h"

namespace query::dsl {

struct AggregationsRequest {
    const json::object& asked;  // the `aggs` of a search
    const Mapping& mapping;
    Selection selection;  // with the search's query in it
    base::Nanos now = 0;
    bool typed_keys = false;  // names as "terms#name"
};

// The object `aggregations` of an answer, as JSON.
Parsed<std::string> answer_aggregations(const Searcher& searcher,
                                        const AggregationsRequest& request);

}  // namespace query::dsl
