#include "input/rabbitmq/event_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "input/rabbitmq/amqp_table.h"
#include "input/rabbitmq/trace_samples.h"

namespace input::rabbitmq {
namespace {

using namespace input::rabbitmq::testing;

constexpr base::Nanos now = 1'795'996'800 * base::second + 250 * base::millisecond;
constexpr char parent[] = "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01";

class EventWriterTest : public ::testing::Test {
  protected:
    boost::json::object event_of(const Message& message, bool is_late = false) {
        EventWriter writer(options_, names_);
        JsonEvents events;
        EXPECT_TRUE(writer.write(message, {now, is_late, "id-1"}, events).value());
        EXPECT_EQ(events.size(), 1u);
        return boost::json::parse(std::string(events.at(0))).as_object();
    }
    static std::string text_in(const boost::json::object& event, std::string_view name) {
        const auto* value = event.if_contains(name);
        if (value == nullptr) return "(none)";
        return value->is_string() ? std::string(value->as_string()) : serialize(*value);
    }

    WriterOptions options_;
    ConnectionNames names_;
};

TEST_F(EventWriterTest, APublishIsAMessageSent) {
    const Table headers = {{"order_id", text("ORD-1")}, {"traceparent", text(parent)}};
    const auto event = event_of(published(
        R"({"price":1})",
        {{"headers", {headers}}, {"app_id", text("Shop API")}, {"message_id", text("m-1")}},
        texts({"orders.pricing"})));
    EXPECT_EQ(text_in(event, "event_type"), "MESSAGE_SENT");
    EXPECT_EQ(text_in(event, "service_name"), "Shop API");
    EXPECT_EQ(text_in(event, "queue_name"), "orders.pricing");
    EXPECT_EQ(text_in(event, "exchange"), "orders");
    EXPECT_EQ(text_in(event, "routing_key"), "pricing");
    EXPECT_EQ(text_in(event, "order_id"), "ORD-1");
    EXPECT_EQ(text_in(event, "message_id"), "m-1");
    EXPECT_EQ(text_in(event, "trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(text_in(event, "span_id"), "00f067aa0ba902b7");
    EXPECT_EQ(text_in(event, "timestamp"), "2026-11-30T00:00:00.250Z");
    EXPECT_EQ(text_in(event, "rabbitmq.user"), "shop");
    EXPECT_EQ(text_in(event, "rabbitmq.node"), "rabbit@broker");
    EXPECT_EQ(text_in(event, "reported_by"), "broker");
    EXPECT_EQ(text_in(event, "message_bytes"), "11");
    EXPECT_EQ(text_in(event, "payload"), "(none)");
}

TEST_F(EventWriterTest, ADeliverIsAMessageReceivedByWhoTookIt) {
    options_.services = {{"mes", "MES API"}};
    const auto event = event_of(
        delivered(R"({"data":{},"order":{"id":17},"traceparent":")" + std::string(parent) + R"("})",
                  {{"app_id", text("Shop API")}}, "orders.pricing"));
    EXPECT_EQ(text_in(event, "event_type"), "MESSAGE_RECEIVED");
    EXPECT_EQ(text_in(event, "service_name"), "MES API");
    EXPECT_EQ(text_in(event, "peer_service"), "Shop API");
    EXPECT_EQ(text_in(event, "queue_name"), "orders.pricing");
    EXPECT_EQ(text_in(event, "order_id"), "17");
    EXPECT_EQ(text_in(event, "trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    // Its receiver's span is another one.
    EXPECT_EQ(text_in(event, "span_id"), "(none)");
    EXPECT_EQ(text_in(event, "parent_span_id"), "00f067aa0ba902b7");
}

TEST_F(EventWriterTest, ServicesAreNamedByWhatIsKnown) {
    const auto service = [&](std::string user, Table properties) {
        return text_in(event_of(published("", std::move(properties), texts({"q"}), user)),
                       "service_name");
    };
    EXPECT_EQ(service("guest", {}), "RabbitMQ");
    EXPECT_EQ(service("shop", {}), "shop");
    names_.add(shop_connection, "shop-api-1");
    EXPECT_EQ(service("shop", {}), "shop-api-1");
    EXPECT_EQ(service("shop", {{"app_id", text("Shop")}}), "Shop");
    const Table headers = {{"service_name", text("Shop API")}};
    EXPECT_EQ(service("shop", {{"app_id", text("Shop")}, {"headers", {headers}}}), "Shop API");
    options_.services = {{"shop-api-1", "Shop by connection"}};
    EXPECT_EQ(service("shop", {}), "Shop by connection");
    options_.services = {{"shop", "Shop by user"}};
    EXPECT_EQ(service("shop", {{"app_id", text("Shop")}}), "Shop by user");
}

TEST_F(EventWriterTest, TheQueueThatTheCatalogKnowsGoesFirst) {
    options_.known_queues = {"orders.pricing"};
    const auto event = event_of(published("", {}, texts({"audit", "orders.pricing"})));
    EXPECT_EQ(text_in(event, "queue_name"), "orders.pricing");
    EXPECT_EQ(text_in(event, "routed_queues"), R"(["audit","orders.pricing"])");
    const auto lost = event_of(published("", {}, texts({})));
    EXPECT_EQ(text_in(lost, "queue_name"), "(none)");
    EXPECT_EQ(text_in(lost, "unroutable"), "true");
}

TEST_F(EventWriterTest, BodiesOfAnyKindAreEvents) {
    options_.payload_bytes = 8;
    for (const std::string& body :
         {std::string(), std::string("{\"order_id\":"), std::string("\xff\xfe\x00\x01", 4),
          std::string(5 << 20, '['), std::string(5 << 20, 'x'), std::string("[1,2]"),
          std::string(R"({"order_id":{"deep":1}})"), std::string(R"({"order_id":null})")}) {
        const auto event = event_of(published(body, {}, texts({"q"})));
        EXPECT_EQ(text_in(event, "event_type"), "MESSAGE_SENT");
        EXPECT_EQ(text_in(event, "order_id"), "(none)");
        EXPECT_EQ(text_in(event, "message_bytes"), std::to_string(body.size()));
        EXPECT_EQ(text_in(event, "payload_cut"), body.size() > 8 ? "true" : "(none)");
    }
    const auto event = event_of(published("0123456789", {}, texts({"q"})));
    EXPECT_EQ(text_in(event, "payload"), "01234567");
}

TEST_F(EventWriterTest, TracesWithoutHeadersAreEvents) {
    Message bare;
    bare.exchange = "amq.rabbitmq.trace";
    bare.routing_key = "deliver.orders.pricing";
    EXPECT_EQ(text_in(event_of(bare), "queue_name"), "orders.pricing");
    EXPECT_EQ(text_in(event_of(bare), "service_name"), "RabbitMQ");
    bare.routing_key = "something.new";
    EXPECT_EQ(text_in(event_of(bare), "event_type"), "RABBITMQ_MESSAGE");
    EXPECT_EQ(text_in(event_of(bare), "routing_key"), "something.new");
}

TEST_F(EventWriterTest, BrokenTraceContextsAreLeftOut) {
    for (const auto* wrong :
         {"", "00", "00-xyz", "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
          "00 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7 01"}) {
        const Table headers = {{"traceparent", text(wrong)}};
        const auto event = event_of(published("", {{"headers", {headers}}}, texts({"q"})));
        EXPECT_EQ(text_in(event, "trace_id"), "(none)") << wrong;
        EXPECT_EQ(text_in(event, "span_id"), "(none)") << wrong;
    }
    const Table headers = {{"trace_id", text("t-1")}};
    EXPECT_EQ(text_in(event_of(published("", {{"headers", {headers}}}, texts({"q"}))), "trace_id"),
              "t-1");
}

TEST_F(EventWriterTest, OwnQueuesAreLeftOut) {
    options_.own_queues = "ordertrail.";
    EventWriter writer(options_, names_);
    JsonEvents events;
    EXPECT_FALSE(
        writer.write(delivered("", {}, "ordertrail.events"), {now, false, "1"}, events).value());
    EXPECT_FALSE(
        writer.write(published("", {}, texts({"ordertrail.trace"})), {now, false, "2"}, events)
            .value());
    EXPECT_EQ(events.size(), 0u);
    EXPECT_TRUE(
        writer.write(published("", {}, texts({"ordertrail.trace", "q"})), {now, false, "3"}, events)
            .value());
}

TEST_F(EventWriterTest, WhatWaitedHasTheTimeThatItsMessageSays) {
    const std::int64_t second = now / base::second - 3600;
    const Table timed = {{"timestamp", number(second)}};
    EXPECT_EQ(text_in(event_of(published("", timed, texts({"q"})), true), "timestamp"),
              "2026-11-29T23:00:00Z");
    // A deliver may have been much later than its message was sent.
    const auto received = event_of(delivered("", timed, "q"), true);
    EXPECT_EQ(text_in(received, "timestamp"), "2026-11-30T00:00:00.250Z");
    EXPECT_EQ(text_in(received, "received_late"), "true");
    EXPECT_EQ(text_in(event_of(published("", timed, texts({"q"}))), "timestamp"),
              "2026-11-30T00:00:00.250Z");
    const Table precise = {{"timestamp_in_ms", number(second * 1000 + 7)}};
    EXPECT_EQ(
        text_in(event_of(published("", {{"headers", {precise}}}, texts({"q"})), true), "timestamp"),
        "2026-11-29T23:00:00.007Z");
    for (const std::int64_t wrong : {std::int64_t{-1}, std::int64_t{0}, INT64_MAX}) {
        const auto event =
            event_of(published("", {{"timestamp", number(wrong)}}, texts({"q"})), true);
        EXPECT_EQ(text_in(event, "received_late"), "true") << wrong;
    }
}

TEST_F(EventWriterTest, TheBrokersOwnEventsArePlainOnes) {
    const Table client = {{"connection_name", text("shop-api-1")}, {"product", text("pika")}};
    const auto event = event_of(told("connection.created", {{"name", text(shop_connection)},
                                                            {"user", text("shop")},
                                                            {"client_properties", {client}}}));
    EXPECT_EQ(text_in(event, "event_type"), "RABBITMQ_CONNECTION_CREATED");
    EXPECT_EQ(text_in(event, "service_name"), "RabbitMQ");
    EXPECT_EQ(event.at("rabbitmq").at("client_properties").at("product"), "pika");
    EXPECT_EQ(names_.name_of(shop_connection), "shop-api-1");

    const auto consumer = event_of(told("consumer.created", {{"queue", text("orders.pricing")}}));
    EXPECT_EQ(text_in(consumer, "queue_name"), "orders.pricing");
    EXPECT_EQ(text_in(event_of(told("user.authentication.failure", {})), "level"), "WARN");
}

TEST_F(EventWriterTest, DefinitionsThatHoldPasswordsAreLeftOut) {
    const auto event = event_of(told(
        "parameter.set", {{"component", text("shovel")},
                          {"value", {Table{{"src-uri", text("amqp://user:hunter2@other")}}}}}));
    EXPECT_EQ(serialize(event).find("hunter2"), std::string::npos);
    EXPECT_EQ(event.at("rabbitmq").at("component"), "shovel");
}

TEST_F(EventWriterTest, TheEnvironmentIsThatOfTheBroker) {
    EXPECT_EQ(text_in(event_of(published("", {}, texts({"q"}))), "environment"), "(none)");
    options_.environment = "test";
    EXPECT_EQ(text_in(event_of(published("", {}, texts({"q"}))), "environment"), "test");
}

TEST(AmqpTable, IsReadAsItComesOverTheWire) {
    // {"n": 7 (I), "s": "abc" (S), "t": {"b": true (t)}, "a": [ -1 (l) ]}
    std::string body(
        "\1nI\0\0\0\7"
        "\1sS\0\0\0\3abc"
        "\1tF\0\0\0\4\1bt\1"
        "\1aA\0\0\0\x9l",
        36);
    body += std::string(8, '\xff');
    std::string bytes{'\0', '\0', '\0', static_cast<char>(body.size())};
    const auto table = decode_table(bytes + body).value();
    std::string json;
    append_json(Value{table}, json);
    EXPECT_EQ(json, R"({"n":7,"s":"abc","t":{"b":true},"a":[-1]})");
    EXPECT_FALSE(decode_table(bytes + body.substr(1)));
    EXPECT_FALSE(decode_table(""));
}

}  // namespace
}  // namespace input::rabbitmq
