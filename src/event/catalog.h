#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/value.h"

// The event catalog: what a business's systems log, what it means, and what must follow. Loaded from YAML
// (catalog/made-to-order.yaml is the reference; docs/reference/catalog.md describes the format).

namespace event {

struct Title {
    std::string en;
    std::string ru;
};

// How a field's personal data is treated at ingest.
enum class PersonalData : std::uint8_t { none, pseudonym, mask, drop };

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
    std::string personal_class;  // "user", "employee", "e-mail" …; empty without personal data
    Title title;
};

struct EventType {
    std::string service_name;  // "*": any service (broker traffic)
    std::string event_type;
    std::string level;  // usual level
    Title title;        // "Order created"
    Title sentence;     // "{user_id} created order {order_id}": fields in braces
    std::vector<std::string> required;  // names of fields, beyond those of the schema
    std::vector<std::string> optional;
    std::string lane;   // the system in which the order's picture shows it; the service where empty
    // Lifecycle: the state an order is in after this event; empty: does not move the order.
    std::string state;
    // For broker traffic: the state depends on the queue (queue name → state).
    std::map<std::string, std::string> state_by_queue;
};

struct CatalogState {
    std::string id;
    Title title;
    Title waits_for;                        // empty in final states
    std::string waits_for_service;          // who acts next
    std::vector<std::string> successors;    // states that may follow
    std::vector<std::string> awaited_events;  // event types that end the stay, derived from successors
    base::Nanos deadline_floor = 0;         // 0: none
    bool final = false;
};

struct System {
    std::string name;               // "shop": first part of the index name
    std::vector<std::string> services;  // service_name values
    Title title;
};

class Catalog {
  public:
    // InvalidArgument with "file:line: what is wrong, what was expected"; all problems in one message, one a line.
    static base::Result<Catalog> parse(std::string_view yaml, const std::string& file);
    static base::Result<Catalog> load(const std::string& path);

    const std::string& name() const { return name_; }
    const std::vector<CatalogField>& fields() const { return fields_; }
    const std::vector<EventType>& event_types() const { return event_types_; }
    const std::vector<CatalogState>& states() const { return states_; }
    const std::vector<System>& systems() const { return systems_; }
    // Lanes of an order's picture, in its order.
    const std::vector<std::string>& lanes() const { return lanes_; }

    // nullptr when the catalog does not name it. An event type of service "*" fits every service.
    const EventType* event_type(std::string_view service_name, std::string_view event_type) const;
    const CatalogField* field(std::string_view name) const;
    const CatalogState* state(std::string_view id) const;
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
    std::map<std::pair<std::string, std::string>, std::size_t, std::less<>> types_by_key_;
    std::map<std::string, std::size_t, std::less<>> fields_by_name_;
    std::map<std::string, std::string, std::less<>> system_by_service_;
};

}  // namespace event
