#include "watch/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>

#include "watch/journey_json.h"
#include "watch/order_log.h"

namespace watch {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Journey followed(const OrderLog& log, base::Nanos now) {
    return follow(event::Catalog::built_in(), "ORD-1", "prod", log.rows(),
                  std::vector<JoinedBy>(log.rows().rows(), JoinedBy::order_id),
                  OrderLog::start + now);
}

std::string fact(const Journey& journey, std::string_view name) {
    for (const JourneyFact& found : journey.facts) {
        if (found.fact->name == name) return query::text_of(found.value);
    }
    return "no such fact";
}

bool mismatch(const Journey& journey) {
    return std::any_of(journey.agreements.begin(), journey.agreements.end(),
                       [](const JourneyAgreement& entry) { return entry.broken; });
}

TEST(Journey, OfAHappyOrder) {
    const Journey journey = followed(happy_order(), 5 * base::day);
    EXPECT_EQ(journey.state->id, "closed");
    EXPECT_EQ(journey.events.size(), 18U);
    EXPECT_EQ(journey.created, OrderLog::start);
    EXPECT_EQ(journey.closed, OrderLog::start + 17 * base::minute);
    EXPECT_EQ(journey.duration, 17 * base::minute);
    EXPECT_EQ(journey.waiting, 0);
    EXPECT_FALSE(journey.stuck);
    EXPECT_THAT(journey.missing, IsEmpty());
    EXPECT_THAT(journey.lanes, ElementsAre("Shop API", "CRM API", "RabbitMQ", "MES API"));
    EXPECT_EQ(journey.events[0].since_previous, 0);
    EXPECT_EQ(journey.events[1].since_previous, base::minute);
    EXPECT_EQ(journey.events[2].lane, "RabbitMQ");
    EXPECT_EQ(journey.events[2].title.en, "Message sent");
    EXPECT_EQ(journey.events[2].sentence.en, "Shop API sent a message to orders.pricing");
    EXPECT_EQ(journey.events[0].sentence.ru, "Клиент – создал заказ ORD-1");
    EXPECT_EQ(journey.events[4].state_after->id, "pricing");
}

TEST(Journey, IsStuckInAnyStateAfterItsDeadline) {
    for (int events = 1; events < whole_way; ++events) {
        const OrderLog log = happy_order(events);
        const base::Nanos last = (events - 1) * base::minute;
        const auto* state = followed(log, last).state;
        ASSERT_GT(state->deadline_floor, 0) << state->id;
        const Journey in_time = followed(log, last + state->deadline_floor);
        EXPECT_FALSE(in_time.stuck) << state->id;
        EXPECT_EQ(in_time.waiting, state->deadline_floor);
        const Journey over = followed(log, last + state->deadline_floor + 1);
        EXPECT_TRUE(over.stuck) << state->id;
        EXPECT_FALSE(over.closed);
        EXPECT_EQ(over.duration, last + state->deadline_floor + 1);
        EXPECT_FALSE(over.state->waits_for.en.empty());
        EXPECT_THAT(over.lanes, Contains(state->waits_for_service));
    }
}

TEST(Journey, OfALostMessage) {
    const Journey journey = followed(happy_order(3), 2 * base::hour);
    EXPECT_EQ(journey.state->id, "pricing_queued");
    EXPECT_TRUE(journey.stuck);
    EXPECT_EQ(journey.state->waits_for_service, "MES API");
    EXPECT_THAT(journey.state->awaited_events, ElementsAre("MESSAGE_RECEIVED"));
    EXPECT_EQ(journey.queue, "orders.pricing");
}

TEST(Journey, NamesTheQueueOnlyWhileAMessageWaitsInIt) {
    const std::map<std::string, std::string> queues = {
        {"pricing_queued", "orders.pricing"},
        {"approval_queued", "orders.approval"},
        {"manufacturing_queued", "orders.manufacturing"},
        {"closing_queued", "orders.closing"}};
    for (int events = 1; events <= whole_way; ++events) {
        const Journey journey = followed(happy_order(events), base::day);
        const auto queue = queues.find(journey.state->id);
        EXPECT_EQ(journey.queue, queue == queues.end() ? "" : queue->second) << journey.state->id;
    }
}

TEST(Journey, SaysWhichStepsNobodyToldOf) {
    OrderLog log;
    log.order(0, "Shop API", "ORDER_CREATED")
        .order(base::minute, "Shop API", "SUBMITTED")
        .order(2 * base::minute, "MES API", "MESSAGE_RECEIVED", "orders.pricing")
        .order(3 * base::minute, "MES API", "PRICE_CALCULATED");
    const Journey journey = followed(log, base::hour);
    ASSERT_EQ(journey.missing.size(), 2U);
    EXPECT_EQ(journey.missing[0].state->id, "pricing_queued");
    EXPECT_EQ(journey.missing[0].lane, "RabbitMQ");
    EXPECT_EQ(journey.missing[0].before, 2U);
    EXPECT_EQ(journey.missing[1].state->id, "pricing");
    EXPECT_EQ(journey.missing[1].lane, "MES API");
    EXPECT_EQ(journey.missing[1].before, 3U);
    // One that comes after all is missing no more.
    log.order(base::minute + 1, "Shop API", "MESSAGE_SENT", "orders.pricing");
    EXPECT_EQ(followed(log, base::hour).missing.size(), 1U);
}

TEST(Journey, IsTheSameInWhateverOrderEventsArrive) {
    const event::Batch rows = happy_order(12).rows();
    std::vector<std::uint32_t> order(rows.rows());
    for (std::uint32_t row = 0; row < order.size(); ++row) order[row] = row;
    std::mt19937 random(3);
    for (int round = 0; round < 20; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        const Journey journey = follow(
            event::Catalog::built_in(), "ORD-1", "prod", rows.gather(order),
            std::vector<JoinedBy>(rows.rows(), JoinedBy::order_id), OrderLog::start + base::hour);
        ASSERT_EQ(journey.state->id, "manufacturing");
        ASSERT_EQ(journey.since, OrderLog::start + 11 * base::minute);
        ASSERT_THAT(journey.missing, IsEmpty());
        ASSERT_EQ(journey.events.front().event_type, "ORDER_CREATED");
    }
}

TEST(Journey, ListsDuplicatesButCountsThemOnce) {
    OrderLog log = happy_order(4);
    log.order(2 * base::minute + 2 * base::millisecond, "RabbitMQ", "MESSAGE_SENT",
              "orders.pricing");
    log.order(3 * base::minute + 2 * base::millisecond, "RabbitMQ", "MESSAGE_RECEIVED",
              "orders.pricing");
    log.order(3 * base::minute, "MES API", "MESSAGE_RECEIVED", "orders.pricing");  // shipped twice
    log.order(0, "Shop API", "ORDER_CREATED");
    const Journey journey = followed(log, 5 * base::minute);
    EXPECT_EQ(journey.events.size(), 8U);
    EXPECT_EQ(journey.state->id, "awaiting_pricing");
    EXPECT_EQ(journey.since, OrderLog::start + 3 * base::minute);
    EXPECT_EQ(
        std::count_if(journey.events.begin(), journey.events.end(),
                      [](const auto& event) { return event.move == Lifecycle::Move::repeated; }),
        4);
}

TEST(Journey, SortsEventsOfOneMomentAsTheyWereStored) {
    OrderLog log;
    log.order(0, "Shop API", "ORDER_CREATED")
        .order(0, "Shop API", "SUBMITTED")
        .order(0, "Shop API", "MESSAGE_SENT", "orders.pricing");
    const Journey journey = followed(log, base::minute);
    EXPECT_EQ(journey.events[0].event_type, "ORDER_CREATED");
    EXPECT_EQ(journey.events[2].event_type, "MESSAGE_SENT");
    EXPECT_EQ(journey.state->id, "pricing_queued");
}

TEST(Journey, GathersFactsAndSeesThatFilesDiffer) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-1"}, {"user_id", "u-7"}});
    log.add(1, "Shop API", "SUBMITTED",
            {{"order_id", "ORD-1"}, {"user_id", "u-7"}, {"file_name", "a.stl"}});
    log.add(2, "MES API", "PRICE_CALCULATED", {{"order_id", "ORD-1"}, {"file_name", "a.stl"}})
        .number("price_calculated", 1520.5);
    log.add(3, "CRM API", "MANUFACTURING_APPROVED", {{"order_id", "ORD-1"}, {"manager_id", "m-3"}});
    EXPECT_FALSE(mismatch(followed(log, base::minute)));
    log.add(4, "MES API", "MANUFACTURING_STARTED",
            {{"order_id", "ORD-1"}, {"operator_id", "op-1"}, {"file_name", "b.stl"}});
    log.add(5, "CRM API", "CLOSED", {{"order_id", "ORD-1"}, {"manager_id", "m-4"}});
    const Journey journey = followed(log, base::minute);
    EXPECT_EQ(fact(journey, "user_id"), "u-7");
    EXPECT_EQ(fact(journey, "manager_id"), "m-3");
    EXPECT_EQ(fact(journey, "closed_by"), "m-4");
    EXPECT_EQ(fact(journey, "operator_id"), "op-1");
    EXPECT_EQ(fact(journey, "file_submitted"), "a.stl");
    EXPECT_EQ(fact(journey, "file_priced"), "a.stl");
    EXPECT_EQ(fact(journey, "file_made"), "b.stl");
    EXPECT_EQ(fact(journey, "price"), "1520.5");
    EXPECT_TRUE(mismatch(journey));
}

TEST(Journey, TakesEventsThatTheCatalogDoesNotName) {
    OrderLog log;
    log.add(0, "Mail Service", "MAIL_SENT", {{"order_id", "ORD-1"}, {"message", "sent"}});
    log.add(1, "Shop API", "", {{"order_id", "ORD-1"}});
    const Journey journey = followed(log, base::minute);
    EXPECT_EQ(journey.state, nullptr);
    EXPECT_FALSE(journey.stuck);
    EXPECT_EQ(journey.since, OrderLog::start);
    EXPECT_EQ(journey.events[0].title.en, "MAIL_SENT");
    EXPECT_EQ(journey.events[0].sentence.en, "");
    EXPECT_THAT(journey.lanes, ElementsAre("Shop API", "Mail Service"));
}

TEST(Journey, ClocksAheadOfOursGiveNoNegativeTimes) {
    const Journey journey = followed(happy_order(3), -base::hour);
    EXPECT_EQ(journey.waiting, 0);
    EXPECT_EQ(journey.duration, 0);
}

std::string json_of(const Journey& journey) {
    return journey_json(journey, [&](std::uint32_t row, std::string& out) {
        out += R"("id":")" + std::to_string(journey.rows.sequence[row]) +
               R"(","index":"any-prod","timestamp":")" +
               query::text_of(query::Time{journey.rows.time[row]}) + '"';
    });
}

TEST(JourneyJson, IsWhatTheReferenceSays) {
    OrderLog log = happy_order(8);
    log.add(8 * base::minute, "Mail Service", "MAIL_SENT",
            {{"order_id", "ORD-1"}, {"message", "to \"you\"\n"}});
    const auto answer = boost::json::parse(json_of(followed(log, base::hour))).as_object();
    EXPECT_EQ(answer.at("order_id"), "ORD-1");
    EXPECT_EQ(answer.at("environment"), "prod");
    EXPECT_EQ(answer.at("state").at("id"), "awaiting_approval");
    EXPECT_EQ(answer.at("state").at("title").at("ru"), "Ждёт подтверждения");
    EXPECT_EQ(answer.at("state").at("since"), "2026-11-30T00:07:00Z");
    EXPECT_EQ(answer.at("state").at("final"), false);
    EXPECT_EQ(answer.at("waits_for").at("service_name"), "CRM API");
    EXPECT_EQ(answer.at("waits_for").at("event_types").as_array().at(0), "MANUFACTURING_APPROVED");
    EXPECT_EQ(answer.at("waits_for").at("deadline_seconds").to_number<double>(), 86'400);
    EXPECT_EQ(answer.at("waits_for").at("waiting_seconds").to_number<double>(), 53 * 60);
    EXPECT_TRUE(answer.at("waits_for").at("queue_name").is_null());
    EXPECT_EQ(answer.at("missing").as_array().size(), 0U);
    EXPECT_EQ(answer.at("stuck"), false);
    EXPECT_EQ(answer.at("created"), "2026-11-30T00:00:00Z");
    EXPECT_TRUE(answer.at("closed").is_null());
    EXPECT_EQ(answer.at("duration_seconds").to_number<double>(), 3600);
    EXPECT_TRUE(answer.at("facts").at("file_made").is_null());
    EXPECT_EQ(answer.at("facts").at("file_mismatch"), false);
    EXPECT_EQ(answer.at("fact_titles").at("manager_id").at("en"), "Approved by");
    const auto& events = answer.at("events").as_array();
    ASSERT_EQ(events.size(), 9U);
    EXPECT_EQ(events[1].at("id"), "2");
    EXPECT_EQ(events[1].at("since_previous_seconds").to_number<double>(), 60);
    EXPECT_EQ(events[1].at("state_after"), "submitted");
    EXPECT_EQ(events[1].at("joined_by"), "order_id");
    EXPECT_EQ(events[1].at("move"), "entered");
    EXPECT_EQ(events[8].at("message"), "to \"you\"\n");
    EXPECT_TRUE(events[8].at("sentence").is_null());
    EXPECT_EQ(events[8].at("state_after"), "awaiting_approval");
}

TEST(JourneyJson, NamesQueuesAndMissingSteps) {
    OrderLog log;
    log.order(0, "Shop API", "ORDER_CREATED")
        .order(1, "Shop API", "MESSAGE_SENT", "orders.pricing");
    const auto answer = boost::json::parse(json_of(followed(log, base::hour))).as_object();
    EXPECT_EQ(answer.at("waits_for").at("queue_name"), "orders.pricing");
    const auto& missing = answer.at("missing").as_array();
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].at("state"), "submitted");
    EXPECT_EQ(missing[0].at("title").at("ru"), "Оформлен клиентом");
    EXPECT_EQ(missing[0].at("lane"), "Shop API");
    EXPECT_EQ(missing[0].at("before").to_number<int>(), 1);
    EXPECT_EQ(answer.at("events").as_array()[1].at("move"), "skipped");
}

TEST(JourneyJson, OfAClosedOrderWaitsForNothing) {
    const auto answer = boost::json::parse(json_of(followed(happy_order(), base::day))).as_object();
    EXPECT_TRUE(answer.at("waits_for").is_null());
    EXPECT_EQ(answer.at("state").at("final"), true);
    EXPECT_EQ(answer.at("closed"), "2026-11-30T00:17:00Z");
}

}  // namespace
}  // namespace watch
