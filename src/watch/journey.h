#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "event/batch.h"
#include "event/catalog.h"
#include "query/value.h"
#include "watch/lifecycle.h"

namespace watch {

// By which of its fields an event was found to belong to an order.
enum class JoinedBy : std::uint8_t { order_id, trace_id, file_name };
std::string_view name_of(JoinedBy joined);

struct JourneyEvent {
    std::uint32_t row = 0;  // in Journey::rows
    JoinedBy joined_by = JoinedBy::order_id;
    std::string service_name;
    std::string event_type;
    std::string level;
    std::string message;
    std::string lane;
    event::Title title;     // the event type where the catalog does not name it
    event::Title sentence;  // with the event's values; empty where the catalog does not name it
    base::Nanos since_previous = 0;
    Lifecycle::Move move = Lifecycle::Move::none;
    const event::CatalogState* state_after =
        nullptr;  // the order's state then; nullptr: not known yet
};

// A state that the order passed without an event that says so.
struct MissingStep {
    const event::CatalogState* state = nullptr;
    std::string lane;        // where its event would have been
    std::size_t before = 0;  // in Journey::events: the event that showed it was passed
};

struct JourneyFact {
    const event::Fact* fact = nullptr;
    query::Value value;  // none where no event tells
};

struct JourneyAgreement {
    const event::Agreement* agreement = nullptr;
    bool broken = false;  // two of its facts are known and differ
};

// An order's way over all systems, as far as events tell it. Refers to the catalog it was made
// with.
struct Journey {
    std::string order_id;
    std::string environment;
    // Other environments that have events of the same order id.
    std::vector<std::string> other_environments;

    const event::CatalogState* state = nullptr;  // nullptr: no event of the order has a state
    base::Nanos since = 0;    // when the state was entered; the first event without one
    base::Nanos waiting = 0;  // from then to now; 0 in a final state
    bool stuck = false;       // it waits for longer than the state's deadline
    std::string queue;        // in which its message waits; empty where it waits for no queue
    std::optional<base::Nanos> created;
    std::optional<base::Nanos> closed;
    base::Nanos duration = 0;  // from the creation (else the first event) to the closing (else now)
    std::vector<MissingStep> missing;  // in the order's way

    std::vector<JourneyFact> facts;            // as Catalog::facts
    std::vector<JourneyAgreement> agreements;  // as Catalog::agreements

    std::vector<std::string>
        lanes;  // those that have events or are waited for, in the catalog's order
    std::vector<JourneyEvent> events;  // by time, then sequence number
    event::Batch rows;                 // the events themselves, in no order
    bool truncated = false;            // there are more events than a journey holds
};

// Makes a journey of an order's events, given in any order. `joined` has one entry per row.
// REQUIRES: rows have sequence numbers and `_index`; the catalog outlives the journey.
Journey follow(const event::Catalog& catalog, std::string order_id, std::string environment,
               event::Batch rows, const std::vector<JoinedBy>& joined, base::Nanos now);

// A row's environment: its field, else what its index's name says.
std::string environment_of(const event::Batch& rows, std::uint32_t row);

}  // namespace watch
