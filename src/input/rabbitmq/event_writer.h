#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "input/json_events.h"
#include "input/rabbitmq/amqp_value.h"
#include "input/rabbitmq/body_fields.h"
#include "input/rabbitmq/connection_names.h"

namespace input::rabbitmq {

inline constexpr std::string_view trace_exchange = "amq.rabbitmq.trace";
inline constexpr std::string_view event_exchange = "amq.rabbitmq.event";

struct WriterOptions {
    // Where an order's id is looked for: in a message's headers, then in its JSON body.
    std::vector<std::string> order_fields = {"order_id", "orderId", "order.id"};
    // By user or by the name that a client gives its connection.
    std::vector<std::pair<std::string, std::string>> services;
    // Of queues that a message went to, the first of these is its queue_name; else the first.
    std::vector<std::string> known_queues;
    std::size_t payload_bytes = 0;  // of a message's body that are kept
    std::string own_queues;         // how the names of Ordertrail's queues begin
    std::string environment;        // empty: the input's
};

// Makes events of what a broker tells about its messages (the firehose) and about itself (the event
// exchange). One per broker; one thread at a time. REQUIRES: `names` outlives it.
//   a publish           MESSAGE_SENT, service_name the sender
//   a deliver           MESSAGE_RECEIVED, service_name the receiver
//   connection.created  RABBITMQ_CONNECTION_CREATED, of service RabbitMQ; and so on
//   anything else       RABBITMQ_MESSAGE, so that nothing is lost
class EventWriter {
  public:
    EventWriter(WriterOptions options, ConnectionNames& names);

    struct Arrival {
        base::Nanos received = 0;
        bool is_late = false;  // it has waited in the queue, nobody knows for how long
        std::string_view id;   // the event's `_id`
    };
    // False when the message speaks of Ordertrail's own queues, and nothing was written. The
    // failures of JsonEvents::end.
    base::Result<bool> write(const Message& message, const Arrival& arrival, JsonEvents& to);

  private:
    struct Traced;  // a message that was sent or received

    bool read_traced(const Message& message, Traced& traced) const;
    void write_traced(const Message& message, const Traced& traced, const Arrival& arrival,
                      JsonEvents& to);
    void write_trace_context(const Traced& traced, JsonEvents& to) const;
    void write_body(const Message& message, JsonEvents& to) const;
    void write_event(const Message& message, const Arrival& arrival, JsonEvents& to);
    void write_unknown(const Message& message, const Arrival& arrival, JsonEvents& to) const;
    void begin(const Arrival& arrival, base::Nanos time, JsonEvents& to) const;

    std::string order_of(const Table& headers) const;
    // Who is at the other end of a connection; empty when nothing tells.
    std::string service_of(std::string_view connection, std::string_view user) const;
    std::string_view mapped(std::string_view name) const;
    bool is_own(std::string_view queue) const;

    const WriterOptions options_;
    ConnectionNames& names_;
    BodyFields body_;
    bool has_body_ = false;
    std::string scratch_;
};

}  // namespace input::rabbitmq
