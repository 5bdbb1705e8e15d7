#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "event/event_builder.h"

namespace input::otlp {

// What the attributes of a span say in one of several spellings: of message queues, databases and
// HTTP, under today's names of the semantic conventions and those of older libraries.
class SpanNames {
  public:
    // Looks at a KeyValue. Throws as any_value.h.
    void see(std::string_view attribute);

    // Tells, by today's names, what the span said by older ones only; and its queue as queue_name.
    base::Status tell(event::EventBuilder& to) const;

  private:
    enum Name : std::uint8_t {
        messaging_system,
        messaging_destination,
        messaging_routing_key,
        messaging_operation,
        db_system,
        db_query,
        db_namespace,
        http_method,
        http_status,
        http_route,
        url_full,
        own_queue_name,
        name_count
    };
    struct Spelling {
        std::string_view key;
        Name name;
        bool current = false;
    };
    struct Seen {
        std::string_view value;  // an AnyValue
        bool current = false;
        bool any = false;
    };
    static const Spelling spellings[];

    std::string_view text_of(Name name) const;
    std::string_view queue() const;

    std::array<Seen, name_count> seen_{};
};

}  // namespace input::otlp
