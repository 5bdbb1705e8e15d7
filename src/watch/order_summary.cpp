#include "watch/order_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/string_map.h"
#include "event/schema.h"
#include "watch/journey.h"
#include "watch/lifecycle.h"

namespace watch {

namespace {

using storage::Predicate;

// Events of any service whose type may move an order.
Predicate moves_orders(const event::Catalog& catalog) {
    return Predicate::all_of(
        {Predicate::one_of(event::field::event_type, moving_event_types(catalog)),
         Predicate::exists(std::string(event::field::order_id))});
}

// A row's first text in a column; empty where there is none.
class Texts {
  public:
    Texts(const event::Batch& rows, std::string_view name)
        : column_(rows.find(name, event::Type::string)) {}
    std::string_view operator[](std::uint32_t row) const {
        if (column_ == nullptr) return {};
        const auto [first, last] = column_->values_of(row);
        return first == last ? std::string_view() : column_->text(first);
    }

  private:
    const event::Column* column_;
};

class Counting {
  public:
    Counting(const event::Catalog& catalog, std::string_view environment)
        : catalog_(catalog), environment_(environment) {}

    // Rows in the order of their time.
    base::Status add(const event::Batch& rows) {
        const Texts orders(rows, event::field::order_id);
        const Texts services(rows, event::field::service_name);
        const Texts types(rows, event::field::event_type);
        const Texts queues(rows, event::field::queue_name);
        for (std::uint32_t row = 0; row < rows.rows(); ++row) {
            const auto* state = state_after(catalog_, services[row], types[row], queues[row]);
            if (state == nullptr || environment_of(rows, row) != environment_) continue;
            auto found = orders_.find(orders[row]);
            if (found == orders_.end()) {
                if (orders_.size() == most_summary_orders) {
                    return base::Error(
                        base::Code::too_large,
                        fmt::format("there are more than {} orders in this range; narrow it",
                                    most_summary_orders));
                }
                found = orders_.emplace(orders[row], Lifecycle(catalog_)).first;
            }
            found->second.apply(state, rows.time[row]);
        }
        return base::ok();
    }

    OrderSummary finish(base::Nanos now, std::size_t longest) {
        OrderSummary summary;
        for (const event::CatalogState& state : catalog_.states()) {
            summary.states.push_back({&state, 0, 0});
        }
        for (const auto& [id, lifecycle] : orders_) {
            // Those of before the range are known in part only.
            if (lifecycle.created()) count(id, lifecycle, now, summary);
        }
        std::erase_if(summary.states, [](const OrdersInState& each) { return each.count == 0; });
        const auto shown = std::min(longest, summary.waiting.size());
        std::partial_sort(summary.waiting.begin(),
                          summary.waiting.begin() + static_cast<std::ptrdiff_t>(shown),
                          summary.waiting.end(), [](const OpenOrder& one, const OpenOrder& other) {
                              if (one.stuck != other.stuck) return one.stuck;
                              if (one.waiting != other.waiting) return one.waiting > other.waiting;
                              return one.order_id < other.order_id;
                          });
        summary.waiting.resize(shown);
        return summary;
    }

  private:
    void count(const std::string& id, const Lifecycle& lifecycle, base::Nanos now,
               OrderSummary& summary) const {
        const event::CatalogState* const state = lifecycle.state();
        const base::Nanos waiting = std::max<base::Nanos>(0, now - lifecycle.since());
        const bool stuck = is_stuck(*state, waiting);
        OrdersInState& in_state =
            summary.states[static_cast<std::size_t>(state - catalog_.states().data())];
        ++summary.created;
        ++in_state.count;
        if (state->final) {
            ++summary.closed;
            return;
        }
        ++summary.open;
        if (stuck) {
            ++summary.stuck;
            ++in_state.stuck;
        }
        summary.waiting.push_back({id, state, lifecycle.since(), waiting, stuck});
    }

    const event::Catalog& catalog_;
    std::string_view environment_;
    base::StringMap<Lifecycle> orders_;
};

}  // namespace

base::Result<OrderSummary> summarise_orders(const query::Searcher& searcher,
                                            const event::Catalog& catalog,
                                            const storage::TimeRange& range,
                                            std::string_view environment, base::Nanos now,
                                            std::size_t longest) {
    storage::ScanRequest request;
    request.range = range;
    request.predicate = moves_orders(catalog);
    request.order = storage::Order::oldest_first;
    for (const std::string_view name :
         {event::field::order_id, event::field::service_name, event::field::event_type,
          event::field::queue_name, event::field::environment}) {
        request.columns.emplace_back(name);
    }
    Counting counting(catalog, environment);
    base::Status failed = base::ok();
    TRY(searcher.rows(std::move(request), [&](const event::Batch& rows) {
        failed = counting.add(rows);
        return failed.has_value();
    }));
    if (!failed) return failed.error();
    return counting.finish(now, longest);
}

}  // namespace watch
