#pragma once

#include <memory>

#include "query/esql/aggregate.h"

namespace query::esql {

// How many values, or rows. `nothing`: there are no values of any kind; then the answer is no
// number but null, unless it is a count.
std::unique_ptr<Gathering> count_gathering(bool rows, bool nothing = false);
// Different values: how many, or which.
std::unique_ptr<Gathering> distinct_gathering(bool which, Type type);
// The first `limit` values in rising or falling order.
std::unique_ptr<Gathering> top_gathering(std::size_t limit, bool falling, Type type);
std::unique_ptr<Gathering> percentile_gathering(double percent);
// Null and a warning beyond 64 bits.
std::unique_ptr<Gathering> sum_gathering(Type type, Place place);
// The mean, or the deviation of all values from it.
std::unique_ptr<Gathering> moments_gathering(bool deviation);

// Bytes that tell a value of a type from all others of it; appended.
void append_key(Type type, const Cell& cell, std::string& key);

}  // namespace query::esql
