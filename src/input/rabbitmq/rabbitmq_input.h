#pragma once

#include <memory>
#include <string>
#include <vector>

#include "input/delivery.h"
#include "input/rabbitmq/consumer.h"
#include "input/rabbitmq/poller.h"

namespace input {

struct RabbitmqOptions {
    event::Origin origin{"rabbitmq"};
    std::vector<rabbitmq::Broker> brokers;
    rabbitmq::TlsFiles tls;
    rabbitmq::QueueOptions queues;
    rabbitmq::WriterOptions writer;
    std::string ledgers;  // directory of what is remembered of messages under way
    std::chrono::milliseconds metrics_interval{30'000};
};

// Reads what RabbitMQ tells: each message that is sent and received (the firehose), its own events,
// and how its queues are (the management API, where a broker's address names it). Two threads per
// broker. Owned by app. Thread-safe.
class RabbitmqInput {
  public:
    RabbitmqInput(Intakes intakes, RabbitmqOptions options);
    ~RabbitmqInput() { stop(); }

    // Io when the ledgers' directory cannot be made, Corrupt for a ledger that cannot be read. A
    // broker that is not there is waited for.
    base::Status start();
    // Ends when what is being stored is stored, or refused by a busy store. Blocks.
    void stop();

  private:
    struct One {
        rabbitmq::ConnectionNames names;
        std::unique_ptr<rabbitmq::Consumer> consumer;
        std::unique_ptr<rabbitmq::Poller> poller;
    };

    const RabbitmqOptions options_;
    Delivery delivery_;
    std::vector<std::unique_ptr<One>> brokers_;
};

}  // namespace input
