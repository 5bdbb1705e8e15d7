// A message of a RabbitMQ broker: exchange and routing key, a line each, its headers as they come
// over the wire, its body. Under the exchange "management": an answer of the management API.

#include "fuzz/written_events.h"
#include "input/rabbitmq/amqp_table.h"
#include "input/rabbitmq/event_writer.h"
#include "input/rabbitmq/management.h"

namespace fuzz {

namespace {

std::string_view take_line(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

input::rabbitmq::Message message_of(std::string_view rest) {
    input::rabbitmq::Message message;
    message.exchange = take_line(rest);
    message.routing_key = take_line(rest);
    std::size_t size = 4;
    for (std::size_t at = 0; at < 4 && at < rest.size(); ++at) {
        size += static_cast<std::size_t>(static_cast<unsigned char>(rest[at])) << (8 * (3 - at));
    }
    if (size <= rest.size()) {
        auto table = input::rabbitmq::decode_table(rest.substr(0, size));
        if (table) {
            message.headers = std::move(table.value());
            rest.remove_prefix(size);
        }
    }
    message.body = rest;
    return message;
}

}  // namespace

FUZZ_TARGET(rabbitmq) {
    check_request([&](input::JsonEvents& to) -> base::Status {
        const auto message = message_of(input);
        if (message.exchange == "management") {
            input::rabbitmq::Broker broker;
            const auto written =
                input::rabbitmq::write_queue_metrics(message.body, broker, 1'000'000'000, to);
            FUZZ_REQUIRE(written || !written.error().message.empty(), "an error says what it is");
            return base::ok();
        }
        input::rabbitmq::WriterOptions options;
        options.payload_bytes = 100;
        options.own_queues = "ordertrail.";
        input::rabbitmq::ConnectionNames names;
        input::rabbitmq::EventWriter writer(options, names);
        for (const bool is_late : {false, true}) {
            const auto written = writer.write(message, {1'000'000'000, is_late, "id"}, to);
            FUZZ_REQUIRE(written, "a message is an event");
        }
        return base::ok();
    });
}

}  // namespace fuzz
