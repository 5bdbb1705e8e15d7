#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "input/rabbitmq/amqp_value.h"
#include "input/rabbitmq/broker.h"

namespace input::rabbitmq {

struct TlsFiles {
    std::string ca;           // empty: the system's authorities
    std::string certificate;  // shown to the broker; empty: none
    std::string key;
};

struct QueueOptions {
    std::string prefix = "ordertrail";   // "ordertrail.trace", "ordertrail.events"
    std::uint64_t most_bytes = 1 << 30;  // kept by the broker while Ordertrail is away
    std::uint16_t prefetch = 1000;
    std::chrono::milliseconds timeout{5'000};  // for connecting and for every answer
};

// A connection to a broker that consumes its trace and its events. Blocks; one thread at a time.
class Connection {
  public:
    // Declares and binds the queues and begins to consume. Io and Timeout when the broker cannot be
    // reached, Denied when it lets us not in or not do that (the message says what is needed),
    // Conflict for queues that are there with other arguments.
    static base::Result<std::unique_ptr<Connection>> open(const Broker& broker, const TlsFiles& tls,
                                                          const QueueOptions& options);
    virtual ~Connection() = default;

    // The next message; nothing when none comes within `wait`. Io when the connection is gone,
    // Cancelled when the broker has ended the consumer (its queue was deleted).
    virtual base::Result<std::optional<Message>> next(std::chrono::milliseconds wait) = 0;
    // Acknowledges all messages up to these; returns when the broker has taken it.
    virtual base::Status acknowledge(std::uint64_t trace_tag, std::uint64_t event_tag) = 0;

    // Messages that waited in the two queues when consuming began.
    struct Waiting {
        std::uint64_t traced = 0;
        std::uint64_t events = 0;
    };
    virtual Waiting waiting() const = 0;
    // Why the broker's own events are not to be had; empty when they are.
    virtual const std::string& without_events() const = 0;
};

}  // namespace input::rabbitmq
