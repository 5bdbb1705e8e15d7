#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "input/json_events.h"
#include "input/rabbitmq/broker.h"
#include "input/rabbitmq/connection.h"
#include "input/rabbitmq/connection_names.h"

namespace input::rabbitmq {

// Asks a broker's management API. Blocks; gives up when `stopping` is set. The failures: Io,
// Timeout, Denied (401 and 403), TooLarge.
base::Result<std::string> ask_management(const Broker& broker, const TlsFiles& tls,
                                         const std::string& path,
                                         const std::atomic<bool>& stopping);

// Of the answer to /api/queues/<virtual host>: an event QUEUE_METRICS for each queue.
// InvalidArgument for an answer that is not of the expected form; the failures of JsonEvents::end.
//   messages, messages_ready, messages_unacknowledged, consumers
//   oldest_message_ms          where the broker tells it: of messages that carry a time
//   publish_rate, deliver_rate, acknowledge_rate    messages a second
base::Status write_queue_metrics(std::string_view answer, const Broker& broker, base::Nanos now,
                                 JsonEvents& to);

// Of the answer to /api/connections: what clients call their connections.
base::Status read_connections(std::string_view answer, ConnectionNames& names);

// An event of service RabbitMQ about the broker as a whole, such as BROKER_UNREACHABLE.
base::Status write_broker_event(std::string_view event_type, std::string_view level,
                                std::string_view message, const Broker& broker, base::Nanos now,
                                JsonEvents& to);

}  // namespace input::rabbitmq
