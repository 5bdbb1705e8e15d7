#include "app/command/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto journey = R"({"order_id":"ORD-1","environment":"prod","other_environments":[],
"state":{"id":"approval_queued","title":{"en":"Waiting for approval","ru":"Ждёт подтверждения"},"since":"2026-11-24T10:15:00Z","final":false},
"waits_for":{"title":{"en":"CRM manager's approval","ru":"…"},"service_name":"CRM API","event_types":["MANUFACTURING_APPROVED"],"deadline_seconds":14400,"waiting_seconds":2520},
"stuck":true,"created":"2026-11-24T10:00:00Z","closed":null,"duration_seconds":3600,
"facts":{"user_id":"u-7","price":908.48,"manager_id":null,"file_mismatch":true,"other_mismatch":false},
"fact_titles":{"user_id":{"en":"User","ru":"Пользователь"},"file_mismatch":{"en":"Files differ","ru":"…"}},
"lanes":["Shop API"],"truncated":false,"events":[
{"timestamp":"2026-11-24T10:00:00.000Z","service_name":"Shop API","event_type":"ORDER_CREATED","level":"INFO","lane":"Shop API","title":{"en":"Order created","ru":"…"},"sentence":{"en":"u-7 created order ORD-1","ru":"…"},"message":null,"since_previous_seconds":0,"state_after":"created"},
{"timestamp":"2026-11-24T10:00:01.500Z","service_name":"Shop API","event_type":"X","level":"ERROR","lane":"Shop API","title":{"en":"X","ru":"X"},"sentence":null,"message":"failed \u001b[2J","since_previous_seconds":1.5,"state_after":null}
]})";

TEST(OrderText, BeginsWithTheAnswer) {
    EXPECT_EQ(order_text(journey, {}).value(),
              "Order ORD-1 (prod): Waiting for approval since 2026-11-24T10:15:00Z  STUCK\n"
              "Waits for CRM manager's approval (CRM API), for 42 min; expected within 4 h\n"
              "Created 2026-11-24T10:00:00Z (1 h)\n"
              "User u-7, price 908.48, Files differ\n"
              "\n"
              "2026-11-24T10:00:00.000Z          Shop API  ORDER_CREATED  u-7 created order ORD-1\n"
              "2026-11-24T10:00:01.500Z  +1.5 s  Shop API  X              ERROR failed \\x1b[2J\n");
}

TEST(OrderText, LinesFitTheTerminal) {
    const auto text = order_text(journey, {false, 70}).value();
    EXPECT_THAT(text, HasSubstr("u-7 create…\n"));
    EXPECT_THAT(text, Not(HasSubstr("ORD-1\n2026")));
}

TEST(OrderText, ColoursAreOnlyThereWhenAskedFor) {
    EXPECT_THAT(order_text(journey, {true, 0}).value(), HasSubstr("\033[31mSTUCK\033[0m"));
    EXPECT_THAT(order_text(journey, {}).value(), Not(HasSubstr("\033")));
}

TEST(OrderText, WhatIsNoJourneyIsCorrupt) {
    for (const char* text : {"", "[]", "{}", "{\"events\":1}"})
        EXPECT_FALSE(order_text(text, {})) << text;
    EXPECT_TRUE(order_text(R"({"events":[{},1,null]})", {}));
}

}  // namespace
}  // namespace app
