#pragma once

#include <string>
#include <string_view>

#include "query/dsl/failure.h"

namespace query::dsl {

// An expression of Lucene's as RE2 reads it: . ? + * {n,m} | ( ) [ ] " # @ < > & ~ have a meaning
// there. Failures: ~ (complement), & (intersection) and <n-m> (intervals), which RE2 does not have.
Parsed<std::string> re2_of(std::string_view lucene);

}  // namespace query::dsl
