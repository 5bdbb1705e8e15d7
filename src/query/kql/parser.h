#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "query/kql/syntax.h"

namespace query::kql {

// Parses KQL as Kibana does (its grammar: packages/kbn-es-query/src/kuery/grammar), the empty text
// being everything.
//
//   query   = all ("or" all)*                    all = one ("and" one)*          one = "not"* term
//   term    = "(" query ")" | field ":" "{" query "}" | field ":" list | field op value | value
//   list    = "(" values with and, or, not ")" | value           op = < <= > >=
//   value   = "quoted" | words, where * is a wildcard
//
// Beyond it: "not" may be doubled and may stand before "(" without a space; keywords are whole
// words.
//
// InvalidArgument with the place (bytes) and "expected …, found …"; also for texts over 64 KiB and
// more than 100 nested levels. Never recurses deeper than that.
base::Result<Condition> parse(std::string_view text);

inline constexpr std::size_t text_limit = std::size_t{64} * 1024;
inline constexpr int depth_limit = 100;

}  // namespace query::kql
