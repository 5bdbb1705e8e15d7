#include "app/server/rabbitmq_options.h"

#include "app/server/input_options.h"

namespace app {

base::Result<input::RabbitmqOptions> rabbitmq_options(const Configuration& configuration,
                                                      const event::Catalog& catalog) {
    auto options = options_of<input::RabbitmqOptions>(configuration);
    TRY(options.brokers, input::rabbitmq::parse_brokers(configuration.rabbitmq_brokers));
    const Tls& tls = configuration.rabbitmq_tls;
    options.tls = {tls.client_ca, tls.certificate, tls.key};
    options.queues.prefix = configuration.rabbitmq_queue;
    options.queues.most_bytes = configuration.rabbitmq_queue_bytes;
    options.queues.prefetch = static_cast<std::uint16_t>(configuration.rabbitmq_prefetch);
    options.writer.order_fields = split_words(configuration.rabbitmq_order_fields);
    TRY(options.writer.services, input::rabbitmq::parse_services(configuration.rabbitmq_services));
    for (const event::EventType& type : catalog.event_types()) {
        for (const auto& [queue, state] : type.state_by_queue) {
            options.writer.known_queues.push_back(queue);
        }
    }
    options.writer.payload_bytes = configuration.rabbitmq_payload_bytes;
    options.ledgers = configuration.data + "/rabbitmq";
    options.metrics_interval =
        std::chrono::milliseconds(configuration.rabbitmq_metrics_interval / base::millisecond);
    return options;
}

}  // namespace app
