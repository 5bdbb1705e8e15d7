#pragma once

#include <vector>

#include "query/dsl/aggs/aggregation.h"
#include "query/dsl/aggs/option_reader.h"

namespace query::dsl {

// Reads the `aggs` of a search. Failures: what Elasticsearch refuses, and what is not supported, by
// name. REQUIRES: `object` outlives the answer.
Parsed<std::vector<Aggregation>> read_aggregations(const json::object& object,
                                                   const Mapping& mapping, base::Nanos now);

// Parts of it, by group.
Parsed<void> read_key_buckets(OptionReader& options, const ReaderContext& context,
                              Aggregation& into);
Parsed<void> read_branches(const json::value& body, OptionReader& options,
                           const ReaderContext& context, Aggregation& into);
Parsed<void> read_metric(OptionReader& options, const ReaderContext& context, Aggregation& into);
Parsed<void> read_rows(const json::object& body, const ReaderContext& context, Aggregation& into);
Parsed<void> read_pipeline(OptionReader& options, Aggregation& into);

// "_count", {"a>b":"desc"} or a list of those.
Parsed<std::vector<BucketOrder>> read_order(const json::value& value);

}  // namespace query::dsl
