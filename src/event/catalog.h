#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/string_map.h"
#include "event/value.h"

// The event catalog: what a business's systems log, what it means, and what must follow. Loaded
// from YAML (catalog/made-to-order.yaml is the reference; docs/reference/catalog.md describes the
// format).

namespace event {

struct Title {
    std::string en;
    std::string ru;
};

// How a field's personal data is treated at ingest.
enum class PersonalData : std::uint8_t {
    none,       // holds no personal data
    keep,       // personal, stored as it is: roles decide who sees it
    pseudonym,  // replaced by a stable fake id
    mask,       // blanked out in part
    drop,       // not stored
};

enum class FieldKind : std::uint8_t {
    plain,        // by its type alone
    id,           // an identifier: exact, indexed
    enumeration,  // few values, exact
    text,         // words
};

// A field of the unified schema or of some event types. One type over the whole catalog.
struct CatalogField {
    std::string name;
    Type type = Type::string;
    FieldKind kind = FieldKind::plain;
    PersonalData personal = PersonalData::none;
    std::string personal_class;  // "user", "employee", "email" …; empty without personal data
    Title title;
};

struct EventType {
    std::string service_name;  // "*": any service (broker traffic)
    std::string event_type;
    std::string level;                  // usual level, one of TRACE DEBUG INFO WARN ERROR FATAL
    Title title;                        // "Order created"
    Title sentence;                     // "{user_id} created order {order_id}": fields in braces
    std::vector<std::string> required;  // names of fields, beyond those of the schema
    std::vector<std::string> optional;
    std::string lane;  // where the order's picture shows it; empty: in the lane of its service
    // Lifecycle: the state an order is in after this event; empty: does not move the order.
    std::string state;
    // For broker traffic: the state depends on the queue (queue name → state).
    std::map<std::string, std::string> state_by_queue;
};

struct CatalogState {
    std::string id;
    Title title;
    Title waits_for;                      // empty in final states
    std::string waits_for_service;        // who acts next
    std::vector<std::string> successors;  // states that may follow
    std::vector<std::string>
        awaited_events;              // event types that end the stay, derived from successors
    base::Nanos deadline_floor = 0;  // 0: none
    bool final = false;
};

// Something worth knowing about an order: the latest value of a field in its events.
struct Fact {
    std::string name;  // "manager_id"
    Title title;
    std::string field;
    std::vector<std::string> events;  // event types to look at, of any service; empty: all
};

// Facts that must not differ: the file that was submitted, priced and made.
struct Agreement {
    std::string name;  // of the flag that says they do: "file_mismatch"
    Title title;
    std::vector<std::string> facts;
};

struct System {
    std::string name;                   // "shop": first part of the index name
    std::vector<std::string> services;  // service_name values
    Title title;
};

// Immutable.
class Catalog {
  public:
    // An empty catalog: names nothing.
    Catalog() = default;
    // InvalidArgument with "file:line: what is wrong, what was expected"; all problems in one
    // message, one a line.
    static base::Result<Catalog> parse(std::string_view yaml, const std::string& file);
    static base::Result<Catalog> load(const std::string& path);
    // catalog/made-to-order.yaml, which is part of the binary, and its text.
    static const Catalog& built_in();
    static std::string_view built_in_yaml();

    const std::string& name() const { return name_; }
    const std::vector<CatalogField>& fields() const { return fields_; }
    const std::vector<EventType>& event_types() const { return event_types_; }
    // In the order's way; it begins in the first one.
    const std::vector<CatalogState>& states() const { return states_; }
    const std::vector<System>& systems() const { return systems_; }
    // Lanes of an order's picture, from top to bottom.
    const std::vector<std::string>& lanes() const { return lanes_; }
    const std::vector<Fact>& facts() const { return facts_; }
    const std::vector<Agreement>& agreements() const { return agreements_; }

    // nullptr when the catalog does not name it. A type of service "*" fits every service that has
    // no type of this name.
    const EventType* event_type(std::string_view service_name, std::string_view event_type) const;
    const CatalogField* field(std::string_view name) const;
    const CatalogState* state(std::string_view id) const;
    // A state's place in states(); states().size() when there is none of this id.
    std::size_t position_of(std::string_view state) const;
    // The system's name for a service, or the service's slug when no system names it.
    std::string system_of(std::string_view service_name) const;

  private:
    friend class CatalogReader;
    void index();

    std::string name_;
    std::vector<CatalogField> fields_;
    std::vector<EventType> event_types_;
    std::vector<CatalogState> states_;
    std::vector<System> systems_;
    std::vector<std::string> lanes_;
    std::vector<Fact> facts_;
    std::vector<Agreement> agreements_;
    base::StringMap<base::StringMap<std::size_t>>
        types_by_name_;  // event type → service → position
    base::StringMap<std::size_t> fields_by_name_;
    base::StringMap<std::size_t> states_by_id_;
    base::StringMap<std::string> system_by_service_;
};

}  // namespace event
