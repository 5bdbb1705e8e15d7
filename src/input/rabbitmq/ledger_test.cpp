#include "input/rabbitmq/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace input::rabbitmq {
namespace {

class LedgerTest : public testing::Test {
  protected:
    void SetUp() override {
        path_ = std::filesystem::temp_directory_path() /
                ("ordertrail-ledger-test-" + std::to_string(::getpid()));
        std::filesystem::remove(path_);
    }
    void TearDown() override { std::filesystem::remove(path_); }

    Ledger open() {
        Ledger ledger(path_.string());
        EXPECT_TRUE(ledger.load());
        return ledger;
    }
    static Message message(std::string body, bool again = false,
                           std::string exchange = "amq.rabbitmq.trace") {
        Message made;
        made.exchange = std::move(exchange);
        made.routing_key = "publish.";
        made.body = std::move(body);
        made.is_redelivered = again;
        return made;
    }

    std::filesystem::path path_;
};

TEST_F(LedgerTest, EqualMessagesHaveDifferentIds) {
    auto ledger = open();
    EXPECT_NE(ledger.id_of(message("a")), ledger.id_of(message("a")));
}

TEST_F(LedgerTest, WhatIsDeliveredAgainAfterADeathHasTheIdThatItHad) {
    auto first = open();
    const std::string one = first.id_of(message("a"));
    const std::string other = first.id_of(message("b"));
    ASSERT_TRUE(first.save());

    auto second = open();
    second.begin_session();
    EXPECT_EQ(second.id_of(message("a", true)), one);
    EXPECT_EQ(second.id_of(message("b", true)), other);
    // Was delivered to the first one, but not looked at.
    const std::string unknown = second.id_of(message("a", true));
    EXPECT_NE(unknown, one);
}

TEST_F(LedgerTest, WhatIsAcknowledgedIsForgotten) {
    auto first = open();
    const std::string one = first.id_of(message("a"));
    ASSERT_TRUE(first.save());
    first.settle();
    EXPECT_EQ(first.size(), 0u);
    // An equal one that waited behind it.
    auto second = open();
    second.begin_session();
    EXPECT_NE(second.id_of(message("a", true)), one);
}

TEST_F(LedgerTest, WhatIsDeliveredAgainTwiceKeepsItsId) {
    auto ledger = open();
    const std::string one = ledger.id_of(message("a"));
    for (int again = 0; again < 3; ++again) {
        ledger.begin_session();
        EXPECT_EQ(ledger.id_of(message("a", true)), one);
        ASSERT_TRUE(ledger.save());
    }
    auto after_death = open();
    after_death.begin_session();
    EXPECT_EQ(after_death.id_of(message("a", true)), one);
}

TEST_F(LedgerTest, AFreshMessageEndsWhatMayComeAgainOfItsQueueOnly) {
    auto ledger = open();
    const std::string traced = ledger.id_of(message("a"));
    const std::string told = ledger.id_of(message("a", false, "amq.rabbitmq.event"));
    ledger.begin_session();
    ledger.id_of(message("b"));
    EXPECT_NE(ledger.id_of(message("a", true)), traced);
    EXPECT_EQ(ledger.id_of(message("a", true, "amq.rabbitmq.event")), told);
}

TEST_F(LedgerTest, ADamagedFileIsNotTakenForAnother) {
    auto first = open();
    first.id_of(message("a"));
    ASSERT_TRUE(first.save());
    std::ofstream(path_, std::ios::app) << "trace 1 x\n";
    Ledger second(path_.string());
    EXPECT_EQ(second.load().error().code, base::Code::corrupt);
}

}  // namespace
}  // namespace input::rabbitmq
