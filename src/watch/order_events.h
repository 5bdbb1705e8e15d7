#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/catalog.h"
#include "query/search.h"
#include "watch/journey.h"

namespace watch {

// At most so many events of one order are looked at.
inline constexpr std::size_t most_order_events = 5000;

// The journey of the order that `id` names or leads to: an order id; else a trace id, a file name
// or another id (as the catalog's fields of kind `id` say, personal ones aside) that belongs to one
// order. Events without an order id belong to it when they share a trace id or a file name with it
// that no other order has. `environment` may be empty: then the one with the order's latest event.
// NotFound; Conflict when the id leads to several orders (the message names some of them); the
// searcher's failures.
base::Result<Journey> find_journey(const query::Searcher& searcher, const event::Catalog& catalog,
                                   const std::string& id, const std::string& environment,
                                   base::Nanos now);

}  // namespace watch
