#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "event/catalog.h"
#include "query/kql/syntax.h"
#include "storage/predicate.h"

namespace query::kql {

// A condition as the store understands it. The rules, which are Kibana's unless they say otherwise:
//
// - Ids and enumerations of the catalog (and `_id`, `_index`, names ending in ".keyword") are
// compared as a whole, letter
//   case included, quoted or not. Levels in any case and spelling (`level: warning`), and in their
//   order
//   (`level >= warn`).
// - Other strings by their words: quoted, one behind the other; unquoted, any of the terms between
// white space. A term of
//   several words (`ORD-17`) is found as those words one behind the other; Kibana would find any of
//   them. Values without a word are compared as a whole.
// - Numbers, booleans, addresses (networks too) and times by value, wherever a column of that type
// is: `status: 200` finds
//   200, 200.0 and "200".
// - `timestamp` is compared with times (time_text.h); a coarse one is a span: `timestamp:
// 2026-11-24` is that day.
// - A pattern (`a*`) fits the whole string, and on fields that are no keywords also single words,
// letter case aside.
// - `field: *`: the field has a value. `*`, `*:*` and the empty text: everything.
// - A value without a field is looked for in all fields, `a.*: x` in those that fit.
// - `items: { name: x }` is `items.name: x`: nested JSON is flattened, so conditions in braces may
// be met by different
//   elements of an array.
//
// InvalidArgument with the place for values that the field cannot be compared with.
base::Result<storage::Predicate> plan(const Condition& condition, const event::Catalog& catalog,
                                      base::Nanos now);

}  // namespace query::kql
