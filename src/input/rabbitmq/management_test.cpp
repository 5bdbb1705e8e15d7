#include "input/rabbitmq/management.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "input/rabbitmq/broker.h"

namespace input::rabbitmq {
namespace {

constexpr base::Nanos now = 1'795'996'800 * base::second;

// As RabbitMQ 3.10 answers, less what is not looked at.
constexpr std::string_view answer = R"([
 {"arguments":{},"auto_delete":false,"consumers":2,"durable":true,"head_message_timestamp":1795996740,
  "memory":55400,"message_bytes":1200,"message_stats":{"ack":7,"ack_details":{"rate":0.2},
  "deliver_get":8,"deliver_get_details":{"rate":0.4},"publish":9,"publish_details":{"rate":1.5}},
  "messages":12,"messages_ready":9,"messages_unacknowledged":3,"name":"orders.pricing",
  "node":"rabbit@broker","state":"running","vhost":"/"},
 {"consumers":0,"head_message_timestamp":null,"messages":0,"messages_ready":0,
  "messages_unacknowledged":0,"name":"orders.closing","node":"rabbit@broker","state":"down","vhost":"/"},
 {"name":"new","vhost":"/"}])";

TEST(Management, EachQueueIsAnEvent) {
    auto broker = parse_broker("amqp://t@rabbit-1?management=http://rabbit-1:15672").value();
    JsonEvents events;
    ASSERT_TRUE(write_queue_metrics(answer, broker, now, events));
    ASSERT_EQ(events.size(), 3u);
    const auto full = boost::json::parse(std::string(events.at(0)));
    const auto expected = boost::json::parse(R"({"timestamp":"2026-11-30T00:00:00Z","level":"INFO",
        "service_name":"RabbitMQ","event_type":"QUEUE_METRICS","queue_name":"orders.pricing",
        "messages":12,"messages_ready":9,"messages_unacknowledged":3,"consumers":2,
        "queue_memory_bytes":55400,"queue_message_bytes":1200,"oldest_message_ms":60000,
        "publish_rate":1.5,"deliver_rate":0.4,"acknowledge_rate":0.2,"rabbitmq.vhost":"/",
        "rabbitmq.node":"rabbit@broker","rabbitmq.state":"running"})");
    EXPECT_EQ(full, expected) << events.at(0);
    const auto empty = boost::json::parse(std::string(events.at(1))).as_object();
    EXPECT_EQ(empty.at("messages"), 0);
    EXPECT_FALSE(empty.contains("oldest_message_ms"));
    EXPECT_FALSE(empty.contains("publish_rate"));
}

TEST(Management, WhatIsNoAnswerIsRefused) {
    const auto broker = parse_broker("amqp://t@rabbit-1").value();
    for (const std::string_view wrong :
         {"", "{}", "[{}]", "[1]", R"([{"name":7}])", R"({"error":"not_authorised"})", "[{"}) {
        JsonEvents events;
        EXPECT_EQ(write_queue_metrics(wrong, broker, now, events).error().code,
                  base::Code::invalid_argument)
            << wrong;
        EXPECT_EQ(events.size(), 0u);
    }
}

TEST(Management, ConnectionsTellTheirClientsNames) {
    ConnectionNames names;
    ASSERT_TRUE(read_connections(
        R"([{"name":"a -> b","user_provided_name":"shop-api-1"},{"name":"c -> b"},{}])", names));
    EXPECT_EQ(names.name_of("a -> b"), "shop-api-1");
    EXPECT_EQ(names.name_of("c -> b"), "");
    EXPECT_FALSE(read_connections("{", names));
}

TEST(Management, NobodyThereIsIo) {
    const auto broker = parse_broker("amqp://t@127.0.0.1?management=http://127.0.0.1:1").value();
    const std::atomic<bool> stopping = false;
    EXPECT_EQ(ask_management(broker, {}, "/api/queues", stopping).error().code, base::Code::io);
}

}  // namespace
}  // namespace input::rabbitmq
