#include "watch/order_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "storage/testing/memory_snapshot.h"
#include "watch/order_log.h"

namespace watch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class OrderEvents : public testing::Test {
  protected:
    // Every event goes into the index that it names.
    void store(const OrderLog& log) {
        const event::Batch& rows = log.rows();
        std::map<std::string, std::vector<std::uint32_t>> by_index;
        for (std::uint32_t row = 0; row < rows.rows(); ++row) {
            by_index[query::text_of(query::value_of(rows, "_index", row))].push_back(row);
        }
        for (const auto& [index, chosen] : by_index) {
            event::Batch batch = rows.gather(chosen);
            batch.remove("_index", event::Type::string);
            snapshot_->add(index, std::move(batch));
        }
    }
    base::Result<Journey> find(const std::string& id, const std::string& environment = "",
                               query::Scope scope = query::Scope::everything()) {
        const query::Searcher searcher(snapshot_, catalog_, std::move(scope));
        return find_journey(searcher, catalog_, id, environment, OrderLog::start + base::hour);
    }
    static std::vector<std::string> joined(const Journey& journey, JoinedBy by) {
        std::vector<std::string> events;
        for (const JourneyEvent& event : journey.events) {
            if (event.joined_by == by)
                events.push_back(event.service_name + ' ' + event.event_type);
        }
        return events;
    }

    const event::Catalog& catalog_ = event::Catalog::built_in();
    std::shared_ptr<storage::testing::MemorySnapshot> snapshot_ =
        std::make_shared<storage::testing::MemorySnapshot>();
};

TEST_F(OrderEvents, FindsAnOrderOverAllIndices) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-1"}}, "shop-prod");
    log.add(1, "Shop API", "SUBMITTED", {{"order_id", "ORD-1"}}, "shop-prod");
    log.add(2, "RabbitMQ", "MESSAGE_SENT",
            {{"order_id", "ORD-1"}, {"queue_name", "orders.pricing"}}, "rabbitmq-prod");
    log.add(3, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-10"}}, "shop-prod");
    store(log);
    const auto journey = find("ORD-1");
    ASSERT_TRUE(journey) << journey.error().message;
    EXPECT_EQ(journey.value().events.size(), 3U);
    EXPECT_EQ(journey.value().state->id, "pricing_queued");
    EXPECT_EQ(journey.value().environment, "prod");
    EXPECT_TRUE(journey.value().stuck);
    EXPECT_FALSE(journey.value().truncated);
}

TEST_F(OrderEvents, JoinsByTrace) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-1"}, {"trace_id", "t1"}});
    log.add(1, "S3", "FILE_UPLOADED", {{"trace_id", "t1"}, {"file_name", "a.stl"}});
    log.add(2, "S3", "FILE_UPLOADED", {{"trace_id", "t2"}, {"file_name", "b.stl"}});
    log.add(3, "S3", "FILE_UPLOADED", {{"trace_id", "t1"}, {"file_name", "c.stl"}}, "s3-test");
    store(log);
    const auto journey = find("ORD-1");
    ASSERT_TRUE(journey) << journey.error().message;
    EXPECT_THAT(joined(journey.value(), JoinedBy::trace_id), ElementsAre("S3 FILE_UPLOADED"));
    EXPECT_EQ(journey.value().events.size(), 2U);
}

TEST_F(OrderEvents, DoNotJoinByATraceOfSeveralOrders) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-1"}, {"trace_id", "batch"}});
    log.add(1, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-2"}, {"trace_id", "batch"}});
    log.add(2, "S3", "FILE_UPLOADED", {{"trace_id", "batch"}, {"file_name", "a.stl"}});
    store(log);
    EXPECT_EQ(find("ORD-1").value().events.size(), 1U);
    EXPECT_EQ(find("ORD-2").value().events.size(), 1U);
}

TEST_F(OrderEvents, JoinsByAFileNameOfThisOrderAlone) {
    OrderLog log;
    log.add(0, "Shop API", "SUBMITTED",
            {{"order_id", "ORD-1"}, {"file_name", "gear.stl"}, {"trace_id", "t1"}});
    log.add(1, "S3", "FILE_DOWNLOADED", {{"file_name", "gear.stl"}});
    log.add(2, "S3", "FILE_DOWNLOADED",
            {{"file_name", "gear.stl"}, {"trace_id", "of-the-request"}});
    log.add(3, "S3", "FILE_DOWNLOADED", {{"file_name", "other.stl"}});
    log.add(4, "S3", "FILE_DOWNLOADED", {{"file_name", "gear.stl"}}, "s3-test");
    store(log);
    const auto journey = find("ORD-1");
    ASSERT_TRUE(journey) << journey.error().message;
    EXPECT_THAT(joined(journey.value(), JoinedBy::file_name),
                ElementsAre("S3 FILE_DOWNLOADED", "S3 FILE_DOWNLOADED"));
    EXPECT_EQ(journey.value().events.size(), 3U);
}

TEST_F(OrderEvents, NeverMixOrdersThatShareAFileName) {
    OrderLog log;
    log.add(0, "Shop API", "SUBMITTED",
            {{"order_id", "ORD-1"}, {"file_name", "model.stl"}, {"trace_id", "t1"}});
    log.add(1, "Shop API", "SUBMITTED",
            {{"order_id", "ORD-2"}, {"file_name", "model.stl"}, {"trace_id", "t2"}});
    log.add(2, "S3", "FILE_DOWNLOADED", {{"file_name", "model.stl"}});
    log.add(3, "S3", "FILE_UPLOADED", {{"file_name", "model.stl"}, {"trace_id", "t1"}});
    log.add(4, "S3", "FILE_UPLOADED", {{"file_name", "model.stl"}, {"trace_id", "t2"}});
    store(log);
    const Journey first = find("ORD-1").value();
    EXPECT_EQ(first.events.size(), 2U);
    EXPECT_THAT(joined(first, JoinedBy::file_name), IsEmpty());
    EXPECT_EQ(query::text_of(query::value_of(first.rows, "trace_id", first.events[1].row)), "t1");
    const Journey second = find("ORD-2").value();
    EXPECT_EQ(second.events.size(), 2U);
    EXPECT_EQ(query::text_of(query::value_of(second.rows, "trace_id", second.events[1].row)), "t2");
}

// The file name is this order's alone, but the event belongs to a trace that another order has.
TEST_F(OrderEvents, DoNotJoinByFileNameWhatATraceGivesToAnotherOrder) {
    OrderLog log;
    log.add(0, "Shop API", "SUBMITTED", {{"order_id", "ORD-1"}, {"file_name", "gear.stl"}});
    log.add(1, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-2"}, {"trace_id", "t2"}});
    log.add(2, "S3", "FILE_UPLOADED", {{"file_name", "gear.stl"}, {"trace_id", "t2"}});
    store(log);
    EXPECT_EQ(find("ORD-1").value().events.size(), 1U);
    EXPECT_EQ(find("ORD-2").value().events.size(), 2U);
}

TEST_F(OrderEvents, LeadFromAnyIdOfOneOrder) {
    OrderLog log;
    log.add(0, "Shop API", "SUBMITTED",
            {{"order_id", "ORD-1"}, {"file_name", "gear.stl"}, {"trace_id", "t1"}});
    log.add(1, "RabbitMQ", "MESSAGE_SENT",
            {{"order_id", "ORD-1"}, {"message_id", "m-1"}, {"queue_name", "orders.pricing"}});
    log.add(2, "Shop API", "SUBMITTED", {{"order_id", "ORD-2"}, {"user_id", "u-1"}});
    store(log);
    for (const char* id : {"ORD-1", "t1", "gear.stl", "m-1"}) {
        const auto journey = find(id);
        ASSERT_TRUE(journey) << id << ": " << journey.error().message;
        EXPECT_EQ(journey.value().order_id, "ORD-1") << id;
        EXPECT_EQ(journey.value().events.size(), 2U) << id;
    }
    // A person is no way to an order.
    EXPECT_EQ(find("u-1").error().code, base::Code::not_found);
}

TEST_F(OrderEvents, SayWhenAnIdLeadsToSeveralOrders) {
    OrderLog log;
    for (int order = 1; order <= 9; ++order) {
        log.add(order, "Shop API", "SUBMITTED",
                {{"order_id", "ORD-" + std::to_string(order)}, {"file_name", "model.stl"}});
    }
    log.add(20, "Shop API", "SUBMITTED", {{"order_id", "ORD-1"}, {"trace_id", "t"}});
    log.add(21, "Shop API", "SUBMITTED", {{"order_id", "ORD-2"}, {"trace_id", "t"}});
    store(log);
    EXPECT_EQ(find("t").error().code, base::Code::conflict);
    EXPECT_THAT(find("t").error().message,
                HasSubstr("'t' belongs to several orders: ORD-1, ORD-2; ask for one"));
    EXPECT_EQ(find("model.stl").error().code, base::Code::conflict);
    EXPECT_THAT(find("model.stl").error().message, HasSubstr(" and more"));
}

TEST_F(OrderEvents, KeepEnvironmentsApart) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-1"}}, "shop-prod");
    log.add(1, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-1"}}, "shop-test");
    log.add(2, "Shop API", "SUBMITTED", {{"order_id", "ORD-1"}, {"environment", "test"}},
            "named-by-client");
    log.add(3, "Shop API", "SUBMITTED", {{"order_id", "ORD-2"}, {"trace_id", "t"}}, "shop-test");
    log.add(4, "Shop API", "SUBMITTED", {{"order_id", "ORD-3"}, {"trace_id", "t"}}, "shop-prod");
    store(log);
    const Journey latest = find("ORD-1").value();
    EXPECT_EQ(latest.environment, "test");
    EXPECT_EQ(latest.events.size(), 2U);
    EXPECT_THAT(latest.other_environments, ElementsAre("prod"));
    const Journey prod = find("ORD-1", "prod").value();
    EXPECT_EQ(prod.events.size(), 1U);
    EXPECT_EQ(prod.state->id, "created");
    EXPECT_EQ(find("ORD-1", "staging").error().code, base::Code::not_found);
    EXPECT_EQ(find("ORD-2", "prod").error().code, base::Code::not_found);
    EXPECT_EQ(find("t", "prod").value().order_id, "ORD-3");
}

TEST_F(OrderEvents, ShowNothingThatTheScopeHides) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED",
            {{"order_id", "ORD-1"}, {"user_id", "u-1"}, {"trace_id", "t1"}}, "shop-prod");
    log.add(1, "CRM API", "CLOSED", {{"order_id", "ORD-1"}, {"manager_id", "m-1"}}, "crm-prod");
    log.add(2, "S3", "FILE_UPLOADED", {{"trace_id", "t1"}, {"file_name", "a"}}, "s3-prod");
    store(log);
    const Journey some =
        find("ORD-1", "",
             query::Scope::limited(storage::Predicate::equals_text("service_name", "Shop API"), {}))
            .value();
    EXPECT_EQ(some.events.size(), 1U);
    const Journey masked =
        find("ORD-1", "", query::Scope::limited({}, {"user_id", "trace_id"})).value();
    EXPECT_EQ(masked.events.size(), 2U);
    for (const JourneyFact& fact : masked.facts) {
        if (fact.fact->name == "user_id") {
            EXPECT_EQ(fact.value.index(), 0U);
        }
    }
    EXPECT_EQ(find("t1", "", query::Scope::limited({}, {"trace_id"})).error().code,
              base::Code::not_found);
    EXPECT_EQ(
        find("ORD-1", "",
             query::Scope::limited(storage::Predicate::equals_text("service_name", "MES API"), {}))
            .error()
            .code,
        base::Code::not_found);
}

TEST_F(OrderEvents, AreCutWhenThereAreTooMany) {
    OrderLog log;
    for (std::size_t at = 0; at < most_order_events + 10; ++at) {
        log.add(static_cast<base::Nanos>(at), "Shop API", "NOISE", {{"order_id", "ORD-1"}});
    }
    store(log);
    const Journey journey = find("ORD-1").value();
    EXPECT_EQ(journey.events.size(), most_order_events);
    EXPECT_TRUE(journey.truncated);
}

TEST_F(OrderEvents, ThatMoveTheOrderStayWhenThereAreTooMany) {
    OrderLog log = happy_order(9);
    for (std::size_t at = 0; at < most_order_events + 10; ++at) {
        log.add(5 * base::minute + static_cast<base::Nanos>(at), "Shop API", "NOISE",
                {{"order_id", "ORD-1"}});
    }
    store(log);
    const Journey journey = find("ORD-1").value();
    EXPECT_EQ(journey.events.size(), most_order_events);
    EXPECT_TRUE(journey.truncated);
    EXPECT_EQ(journey.state->id, "approved");
    EXPECT_EQ(journey.created, OrderLog::start);
    EXPECT_THAT(journey.missing, IsEmpty());
}

TEST_F(OrderEvents, AreNotFoundForAnUnknownId) {
    store(happy_order());
    EXPECT_EQ(find("ORD-2").error().code, base::Code::not_found);
    EXPECT_THAT(find("ORD-2").error().message, HasSubstr("no event has 'ORD-2' as order id"));
    EXPECT_EQ(find("").error().code, base::Code::invalid_argument);
    EXPECT_EQ(find(std::string(100'000, '*')).error().code, base::Code::not_found);
}

}  // namespace
}  // namespace watch
