#include "input/rabbitmq/rabbitmq_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/hash.h"

namespace input {

namespace {

// Names of brokers are no file names.
std::string ledger_of(const std::string& directory, const rabbitmq::Broker& broker) {
    return fmt::format("{}/{:016x}", directory, base::hash_of(broker.name()));
}

}  // namespace

RabbitmqInput::RabbitmqInput(Intakes intakes, RabbitmqOptions options)
    : options_(std::move(options)), delivery_(intakes, options_.origin) {
    for (const auto& broker : options_.brokers) {
        auto one = std::make_unique<One>();
        auto writer = options_.writer;
        writer.environment = broker.environment;
        writer.own_queues = options_.queues.prefix + ".";
        rabbitmq::ConsumerOptions consumer;
        consumer.broker = broker;
        consumer.tls = options_.tls;
        consumer.queues = options_.queues;
        // The other half is under way meanwhile.
        consumer.batch_events = std::max<std::size_t>(1, options_.queues.prefetch / 2);
        consumer.ledger = ledger_of(options_.ledgers, broker);
        one->consumer = std::make_unique<rabbitmq::Consumer>(std::move(consumer), std::move(writer),
                                                             delivery_, one->names);
        if (!broker.management.empty()) {
            rabbitmq::PollerOptions poller{broker, options_.tls, options_.metrics_interval};
            one->poller =
                std::make_unique<rabbitmq::Poller>(std::move(poller), delivery_, one->names);
        }
        brokers_.push_back(std::move(one));
    }
}

base::Status RabbitmqInput::start() {
    TRY(base::system_files().make_directories(options_.ledgers));
    for (const auto& one : brokers_) {
        TRY(one->consumer->start());
        if (one->poller) one->poller->start();
    }
    return base::ok();
}

void RabbitmqInput::stop() {
    for (const auto& one : brokers_) {
        if (one->poller) one->poller->stop();
        one->consumer->stop();
    }
}

}  // namespace input
