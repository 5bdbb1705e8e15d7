#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logs/recording_fields.h"

namespace logs::testing {
namespace {

std::vector<Told> read(std::string_view log) { return read_log(*kind_named("rabbitmq"), log); }

TEST(RabbitmqLog, Lines) {
    const auto events = read(
        "2026-11-24 23:18:01.444267+00:00 [notice] <0.223.0> Logging: configured log handlers are "
        "now ACTIVE\n"
        "2026-11-24 23:18:09.101112+03:00 [info] <0.711.0> connection <0.711.0> (127.0.0.1:40712 "
        "-> "
        "127.0.0.1:5672 - shop-api-1): user 'shop' authenticated and granted access to vhost '/'\n"
        "2026-11-24 23:18:10.000001+00:00 [warning] <0.800.0> closing AMQP connection <0.800.0> "
        "(127.0.0.1:1 -> 127.0.0.1:5672, vhost: '/', user: 'mes'):\n"
        "2026-11-24 23:18:10.000001+00:00 [warning] <0.800.0> client unexpectedly closed TCP "
        "connection\n");
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(field(events[0], "@timestamp"), "2026-11-24T23:18:01.444267+00:00");
    EXPECT_EQ(field(events[0], "level"), "INFO");
    EXPECT_EQ(field(events[0], "rabbitmq.pid"), "<0.223.0>");
    EXPECT_EQ(field(events[0], "message"), "Logging: configured log handlers are now ACTIVE");
    EXPECT_EQ(field(events[1], "@timestamp"), "2026-11-24T23:18:09.101112+03:00");
    EXPECT_EQ(field(events[1], "rabbitmq.connection"), "127.0.0.1:40712 -> 127.0.0.1:5672");
    EXPECT_EQ(field(events[1], "rabbitmq.client"), "shop-api-1");
    EXPECT_EQ(field(events[1], "rabbitmq.user"), "shop");
    EXPECT_EQ(field(events[1], "rabbitmq.vhost"), "/");
    EXPECT_EQ(field(events[2], "level"), "WARN");
    EXPECT_EQ(field(events[2], "message"),
              "closing AMQP connection <0.800.0> (127.0.0.1:1 -> 127.0.0.1:5672, vhost: '/', user: "
              "'mes'):\nclient unexpectedly closed TCP connection");
    EXPECT_EQ(field(events[2], "rabbitmq.user"), "mes");
    EXPECT_EQ(field(events[2], "rabbitmq.connection"), "127.0.0.1:1 -> 127.0.0.1:5672");
}

TEST(RabbitmqLog, LinesWithoutAHeadBelongToTheEventBefore) {
    const auto events = read(
        "2026-11-24 23:18:01.444267+00:00 [error] <0.1.0> crasher:\n"
        "    initial call: x\n"
        "2026-11-24 23:18:01.444268+00:00 [error] <0.1.0> another\n");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(field(events[0], "message"), "crasher:\n    initial call: x");
    EXPECT_EQ(field(events[0], "level"), "ERROR");
}

TEST(RabbitmqLog, Json) {
    const auto events = read(
        R"({"time":"2026-11-24 23:18:01.444267+00:00","level":"critical","msg":"disk resource limit alarm set on node a","pid":"<0.7.0>","domain":"rabbitmq","line":7})"
        "\n{\"time\":7}\n");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(field(events[0], "@timestamp"), "2026-11-24T23:18:01.444267+00:00");
    EXPECT_EQ(field(events[0], "level"), "FATAL");
    EXPECT_EQ(field(events[0], "message"), "disk resource limit alarm set on node a");
    EXPECT_EQ(field(events[0], "rabbitmq.domain"), "rabbitmq");
    EXPECT_EQ(field(events[1], "message"), "{\"time\":7}");
}

TEST(RabbitmqLog, WhatIsNotUnderstoodIsItsMessage) {
    for (const std::string_view line :
         {"x", "{", "2026-11-24", "2026-11-24 23:18:01 info", "{\"a\""}) {
        const auto events = read(line);
        ASSERT_EQ(events.size(), 1U) << line;
        EXPECT_EQ(field(events[0], "message"), line);
    }
}

}  // namespace
}  // namespace logs::testing
