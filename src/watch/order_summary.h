#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/catalog.h"
#include "query/search.h"

namespace watch {

// More orders than this are not counted at once.
inline constexpr std::size_t most_summary_orders = 500'000;

struct OrdersInState {
    const event::CatalogState* state = nullptr;
    std::uint64_t count = 0;
    std::uint64_t stuck = 0;
};

struct OpenOrder {
    std::string order_id;
    const event::CatalogState* state = nullptr;
    base::Nanos since = 0;
    base::Nanos waiting = 0;
    bool stuck = false;  // it waits for longer than the state's deadline
};

// Where the orders that were created in a range are by its end. Refers to the catalog it was made
// with.
struct OrderSummary {
    std::uint64_t created = 0;
    std::uint64_t closed = 0;
    std::uint64_t open = 0;
    std::uint64_t stuck = 0;            // of the open ones
    std::vector<OrdersInState> states;  // in the catalog's order, those without an order left out
    std::vector<OpenOrder> waiting;     // stuck ones first, then those that wait longest
};

// Reads the events that move orders, of one environment. At most `longest` orders are named.
// TooLarge for more orders than most_summary_orders; the searcher's failures.
base::Result<OrderSummary> summarise_orders(const query::Searcher& searcher,
                                            const event::Catalog& catalog,
                                            const storage::TimeRange& range,
                                            std::string_view environment, base::Nanos now,
                                            std::size_t longest);

}  // namespace watch
