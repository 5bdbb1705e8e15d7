#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "event/catalog.h"

namespace watch {

// The state that an order is in after an event, as the catalog says; nullptr where the event does
// not move orders. An empty queue name: the event has none.
const event::CatalogState* state_after(const event::Catalog& catalog, std::string_view service_name,
                                       std::string_view event_type, std::string_view queue_name);

// The event types, of any service, that may move an order. Sorted.
std::vector<std::string> moving_event_types(const event::Catalog& catalog);

// Whether an order that has been in a state for so long is past the state's deadline.
bool is_stuck(const event::CatalogState& state, base::Nanos waiting);

// Runs one order through the catalog's states. Events are given in the order of their time, as far
// as clocks and deliveries allow: what comes twice or too late moves nothing, and states that were
// passed without an event are remembered until their event comes. One thread at a time. REQUIRES:
// the catalog outlives it.
class Lifecycle {
  public:
    enum class Move {
        none,      // the event does not move orders
        entered,   // the state follows the one before
        skipped,   // entered, but states between were not seen
        repeated,  // the order is in this state already
        late,      // the order is past this state
    };

    explicit Lifecycle(const event::Catalog& catalog) : catalog_(catalog) {}

    // `state`: of this event, see state_after.
    Move apply(const event::CatalogState* state, base::Nanos at);

    const event::CatalogState* state() const { return state_; }  // nullptr before the first move
    base::Nanos since() const { return since_; }                 // when it was entered
    // When the order was in the first and in a final state; nothing where no event tells.
    std::optional<base::Nanos> created() const { return created_; }
    std::optional<base::Nanos> closed() const { return closed_; }
    // Passed without an event, in the order's way.
    const std::vector<const event::CatalogState*>& unseen() const { return unseen_; }

  private:
    void enter(const event::CatalogState& state, base::Nanos at);
    // The states between the present one and `target` on the shortest way forward.
    void note_unseen(const event::CatalogState& target);

    const event::Catalog& catalog_;
    const event::CatalogState* state_ = nullptr;
    base::Nanos since_ = 0;
    std::optional<base::Nanos> created_;
    std::optional<base::Nanos> closed_;
    std::vector<const event::CatalogState*> unseen_;
};

// "none", "entered" … as the API says it.
std::string_view name_of(Lifecycle::Move move);

}  // namespace watch
