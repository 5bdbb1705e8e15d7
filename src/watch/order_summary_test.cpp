#include "watch/order_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "storage/testing/memory_snapshot.h"
#include "watch/order_log.h"

namespace watch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

base::Result<OrderSummary> summarise(const OrderLog& log, base::Nanos now,
                                     storage::TimeRange range = {}, std::size_t longest = 10) {
    auto snapshot = std::make_shared<storage::testing::MemorySnapshot>();
    const event::Batch& rows = log.rows();
    std::map<std::string, std::vector<std::uint32_t>> by_index;
    for (std::uint32_t row = 0; row < rows.rows(); ++row) {
        by_index[query::text_of(query::value_of(rows, "_index", row))].push_back(row);
    }
    for (const auto& [index, chosen] : by_index) {
        event::Batch batch = rows.gather(chosen);
        batch.remove("_index", event::Type::string);
        snapshot->add(index, std::move(batch));
    }
    const auto& catalog = event::Catalog::built_in();
    const query::Searcher searcher(snapshot, catalog, query::Scope::everything());
    return summarise_orders(searcher, catalog, range, "prod", now, longest);
}

std::vector<std::string> ids(const OrderSummary& summary) {
    std::vector<std::string> found;
    for (const OpenOrder& order : summary.waiting) found.push_back(order.order_id);
    return found;
}

TEST(OrderSummary, CountsWhereTheOrdersOfARangeAre) {
    OrderLog log = happy_order();
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-2"}});
    log.add(base::hour, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-3"}});
    log.add(base::hour, "Shop API", "SUBMITTED", {{"order_id", "ORD-3"}});
    log.add(base::hour, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-T"}}, "any-test");
    log.add(base::hour, "Shop API", "LOGIN", {{"order_id", "ORD-X"}});
    const auto summary = summarise(log, OrderLog::start + 2 * base::hour);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary.value().created, 3u);
    EXPECT_EQ(summary.value().closed, 1u);
    EXPECT_EQ(summary.value().open, 2u);
    std::uint64_t counted = 0;
    for (const OrdersInState& each : summary.value().states) counted += each.count;
    EXPECT_EQ(counted, 3u);
}

TEST(OrderSummary, StuckOnesComeFirstThenTheLongestWaiting) {
    OrderLog log;
    log.add(0, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-OLD"}});
    log.add(base::hour, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-STUCK"}});
    log.add(base::hour, "Shop API", "SUBMITTED", {{"order_id", "ORD-STUCK"}});
    log.add(base::hour, "Shop API", "MESSAGE_SENT",
            {{"order_id", "ORD-STUCK"}, {"queue_name", "orders.pricing"}});
    log.add(2 * base::hour, "Shop API", "ORDER_CREATED", {{"order_id", "ORD-NEW"}});
    const auto summary = summarise(log, OrderLog::start + 3 * base::hour);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary.value().stuck, 1u);
    EXPECT_THAT(ids(summary.value()), ElementsAre("ORD-STUCK", "ORD-OLD", "ORD-NEW"));
    EXPECT_EQ(summary.value().waiting.front().waiting, 2 * base::hour);

    const auto first = summarise(log, OrderLog::start + 3 * base::hour, {}, 1);
    ASSERT_TRUE(first);
    EXPECT_THAT(ids(first.value()), ElementsAre("ORD-STUCK"));
    EXPECT_EQ(first.value().open, 3u);
}

TEST(OrderSummary, OrdersOfBeforeTheRangeAreNotCounted) {
    const OrderLog log = happy_order();
    const auto summary = summarise(log, OrderLog::start + base::hour,
                                   {OrderLog::start + base::minute, OrderLog::start + base::hour});
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(summary.value().created, 0u);
    EXPECT_THAT(summary.value().states, IsEmpty());
}

}  // namespace
}  // namespace watch
