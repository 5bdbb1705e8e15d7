#pragma once

#include <string>
#include <vector>

#include "query/dsl/aggs/aggregation.h"

namespace query::dsl {

// A bucket of an answer; the label is its name in a keyed list.
struct Bucket {
    std::string label;
    json::object body;
};

// What a buckets_path or an order means in a bucket: a number; NaN where there is none (null). A
// failure for a path that leads to nothing.
Parsed<double> value_at_path(const json::object& bucket, const std::string& path);

// Computes along a list of buckets, adds what it found to each of them, or sorts and drops them.
Parsed<void> apply_pipeline(const Aggregation& pipeline, std::vector<Bucket>& buckets);

// Computes from a list of buckets that is among the aggregations of `level`.
Parsed<json::value> sibling_value(const Aggregation& pipeline, const json::object& level);

}  // namespace query::dsl
