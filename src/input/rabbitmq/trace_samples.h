#pragma once

#include <string>
#include <utility>
#include <vector>

#include "input/rabbitmq/amqp_value.h"

// For tests: messages as RabbitMQ 3.10 tells of them.

namespace input::rabbitmq::testing {

inline Value text(std::string value) { return {std::move(value)}; }
inline Value number(std::int64_t value) { return {value}; }
inline Value texts(std::initializer_list<std::string> values) {
    std::vector<Value> list;
    for (const auto& value : values) list.push_back(text(value));
    return {std::move(list)};
}

inline constexpr char shop_connection[] = "127.0.0.1:40712 -> 127.0.0.1:5672";
inline constexpr char mes_connection[] = "127.0.0.1:40800 -> 127.0.0.1:5672";

// `properties` are the message's own, its headers among them.
inline Message published(std::string body, Table properties, Value queues,
                         std::string user = "shop") {
    Message made;
    made.exchange = "amq.rabbitmq.trace";
    made.routing_key = "publish.orders";
    made.headers = {{"exchange_name", text("orders")},
                    {"routing_keys", texts({"pricing"})},
                    {"properties", {std::move(properties)}},
                    {"node", text("rabbit@broker")},
                    {"vhost", text("/")},
                    {"connection", text(shop_connection)},
                    {"channel", number(1)},
                    {"user", text(std::move(user))},
                    {"routed_queues", std::move(queues)}};
    made.body = std::move(body);
    return made;
}

inline Message delivered(std::string body, Table properties, std::string queue,
                         std::string user = "mes") {
    Message made;
    made.exchange = "amq.rabbitmq.trace";
    made.routing_key = "deliver." + queue;
    made.headers = {{"exchange_name", text("orders")},
                    {"routing_keys", texts({"pricing"})},
                    {"properties", {std::move(properties)}},
                    {"node", text("rabbit@broker")},
                    {"redelivered", number(0)},
                    {"vhost", text("/")},
                    {"connection", text(mes_connection)},
                    {"channel", number(1)},
                    {"user", text(std::move(user))}};
    made.body = std::move(body);
    return made;
}

inline Message told(std::string key, Table headers) {
    Message made;
    made.exchange = "amq.rabbitmq.event";
    made.routing_key = std::move(key);
    made.headers = std::move(headers);
    made.timestamp = 1'795'996'800;
    return made;
}

}  // namespace input::rabbitmq::testing
