#include "input/rabbitmq/broker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace input::rabbitmq {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Broker, AddressesAreRead) {
    const auto broker =
        parse_broker(
            "amqps://trail%40shop@rabbit-1/orders%2Fprod?password_file=/etc/ordertrail/rabbit"
            "&management=https://rabbit-1:15671/&environment=test")
            .value();
    EXPECT_EQ(broker.host, "rabbit-1");
    EXPECT_EQ(broker.port, 5671);
    EXPECT_EQ(broker.user, "trail@shop");
    EXPECT_EQ(broker.virtual_host, "orders/prod");
    EXPECT_TRUE(broker.has_tls);
    EXPECT_EQ(broker.password_file, "/etc/ordertrail/rabbit");
    EXPECT_EQ(broker.management, "https://rabbit-1:15671");
    EXPECT_EQ(broker.environment, "test");
    EXPECT_EQ(broker.name(), "rabbit-1:5671/orders/prod");
}

TEST(Broker, WhatIsLeftOutHasDefaults) {
    for (const auto* url :
         {"amqp://trail@10.0.0.1", "amqp://trail@10.0.0.1/", "amqp://trail@10.0.0.1:5672/%2F"}) {
        const auto broker = parse_broker(url).value();
        EXPECT_EQ(broker.name(), "10.0.0.1:5672/") << url;
        EXPECT_EQ(broker.virtual_host, "/");
        EXPECT_FALSE(broker.has_tls);
        EXPECT_EQ(password_of(broker).value(), "");
    }
    EXPECT_EQ(parse_broker("amqp://trail@[::1]:5673").value().host, "::1");
    EXPECT_EQ(parse_broker("amqp://trail@[::1]:5673").value().port, 5673);
}

TEST(Broker, WrongAddressesAreRefused) {
    for (const auto* url :
         {"", "rabbit-1", "http://trail@rabbit-1", "amqp://", "amqp://trail@", "amqp://rabbit-1",
          "amqp://trail@rabbit-1:0", "amqp://trail@rabbit-1:x", "amqp://trail@rabbit-1:70000",
          "amqp://trail@rabbit-1/%zz", "amqp://trail@rabbit-1?password_file=",
          "amqp://trail@rabbit-1?colour=red", "amqp://trail@rabbit-1?management=rabbit-1:15672",
          "amqp://trail@rabbit-1?management=http://a:b@rabbit-1:15672",
          "amqp://trail@rabbit-1?password_file=/a&password_env=B"}) {
        EXPECT_EQ(parse_broker(url).error().code, base::Code::invalid_argument) << url;
    }
}

TEST(Broker, APasswordInTheAddressIsRefusedAndNotRepeated) {
    const auto refused = parse_broker("amqp://trail:hunter2@rabbit-1/vhost");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("password_file"));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("hunter2")));
}

TEST(Broker, SeveralHaveDifferentNames) {
    EXPECT_EQ(parse_brokers("").value().size(), 0u);
    EXPECT_EQ(parse_brokers("amqp://t@a, amqp://t@b,amqp://t@a/x").value().size(), 3u);
    EXPECT_FALSE(parse_brokers("amqp://t@a, amqp://u@a:5672/"));
}

TEST(Broker, PasswordsAreReadWhenTheyAreNeeded) {
    const auto file = std::filesystem::temp_directory_path() / "ordertrail-broker-test-password";
    std::ofstream(file) << "first\n";
    const auto broker = parse_broker("amqp://t@a?password_file=" + file.string()).value();
    EXPECT_EQ(password_of(broker).value(), "first");
    std::ofstream(file) << "second";
    EXPECT_EQ(password_of(broker).value(), "second");
    std::filesystem::remove(file);
    EXPECT_EQ(password_of(broker).error().code, base::Code::not_found);

    const auto by_variable = parse_broker("amqp://t@a?password_env=ORDERTRAIL_TEST_RABBIT").value();
    EXPECT_EQ(password_of(by_variable).error().code, base::Code::not_found);
    ::setenv("ORDERTRAIL_TEST_RABBIT", "third", 1);
    EXPECT_EQ(password_of(by_variable).value(), "third");
    ::unsetenv("ORDERTRAIL_TEST_RABBIT");
}

TEST(Broker, ServicesAreRead) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(parse_services("shop=Shop API, mes = MES API ,").value(),
              (Pairs{{"shop", "Shop API"}, {"mes", "MES API"}}));
    EXPECT_EQ(parse_services("").value(), Pairs());
    EXPECT_FALSE(parse_services("shop"));
    EXPECT_FALSE(parse_services("=Shop API"));
    EXPECT_FALSE(parse_services("shop="));
}

}  // namespace
}  // namespace input::rabbitmq
