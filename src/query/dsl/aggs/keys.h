#pragma once

#include <string>

#include "query/dsl/aggs/aggregation.h"

// Keys of buckets: as answers show them, and back.

namespace query::dsl {

// A number as Java writes it: "100.0", "1.0E7", "0.5".
std::string java_text(double number);

// A key's member of a bucket: a string; a number; of dates the milliseconds; of booleans 1 and 0.
json::value shown_bucket_key(const Value& key, const KeySource& source);
// `key_as_string`; empty where there is none.
std::string bucket_key_text(const Value& key, const KeySource& source);
// What a client gives as a key (`missing` of terms, `after` of a composite). A failure for a value
// that does not fit the field.
Parsed<Value> bucket_key_of(const json::value& shown, const KeySource& source, base::Nanos now);

// The group key by which the store makes the buckets. `borders`: of a rounding that is not even.
storage::GroupKey group_key_of(const KeySource& source, std::vector<base::Nanos> borders);
// A value of such a group as a key; none where it is of a type that the field has not.
Value key_of_group(const Value& group, const KeySource& source);
// The rows of a bucket.
storage::Predicate rows_of_key(const Value& key, const KeySource& source);

// The rows with a value from `from` to before `to`; of dates in milliseconds.
storage::Predicate rows_between(const std::string& field, std::optional<double> from,
                                std::optional<double> to, bool dates);

// Keys of one source in the order of Elasticsearch; no value comes first.
bool key_before(const Value& one, const Value& other);

base::Nanos nanos_of_millis(double millis);
std::int64_t millis_of_nanos(base::Nanos nanos);

}  // namespace query::dsl
