#include "watch/lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace watch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Move = Lifecycle::Move;

class LifecycleTest : public testing::Test {
  protected:
    Move apply(std::string_view state) {
        const auto* known = catalog_.state(state);
        EXPECT_NE(known, nullptr) << state;
        return lifecycle_.apply(known, ++now_ * base::second);
    }
    std::string state() const {
        return lifecycle_.state() == nullptr ? "" : lifecycle_.state()->id;
    }
    std::vector<std::string> unseen() const {
        std::vector<std::string> ids;
        for (const auto* state : lifecycle_.unseen()) ids.push_back(state->id);
        return ids;
    }

    const event::Catalog& catalog_ = event::Catalog::built_in();
    Lifecycle lifecycle_{catalog_};
    base::Nanos now_ = 0;
};

TEST_F(LifecycleTest, FollowsTheUsualWay) {
    const char* way[] = {"created",
                         "submitted",
                         "pricing_queued",
                         "awaiting_pricing",
                         "pricing",
                         "priced",
                         "approval_queued",
                         "awaiting_approval",
                         "approved",
                         "manufacturing_queued",
                         "awaiting_operator",
                         "manufacturing",
                         "made",
                         "packaged",
                         "shipped",
                         "closing_queued",
                         "awaiting_closing",
                         "closed"};
    for (const char* next : way) {
        EXPECT_EQ(apply(next), Move::entered) << next;
        EXPECT_EQ(state(), next);
        EXPECT_EQ(lifecycle_.since(), now_ * base::second);
    }
    EXPECT_EQ(lifecycle_.created(), 1 * base::second);
    EXPECT_EQ(lifecycle_.closed(), 18 * base::second);
    EXPECT_THAT(unseen(), IsEmpty());
}

TEST_F(LifecycleTest, CountsWhatIsToldTwiceOnce) {
    apply("created");
    apply("submitted");
    EXPECT_EQ(apply("pricing_queued"), Move::entered);  // the service's log
    const base::Nanos since = lifecycle_.since();
    EXPECT_EQ(apply("pricing_queued"), Move::repeated);  // the broker's trace
    EXPECT_EQ(lifecycle_.since(), since);
    EXPECT_EQ(apply("awaiting_pricing"), Move::entered);
    EXPECT_EQ(apply("pricing_queued"), Move::late);  // the broker's trace, after the receive
    EXPECT_EQ(state(), "awaiting_pricing");
    EXPECT_THAT(unseen(), IsEmpty());
}

TEST_F(LifecycleTest, ToleratesClocksThatDiffer) {
    apply("created");
    apply("submitted");
    EXPECT_EQ(apply("awaiting_pricing"), Move::skipped);  // received, by a clock that is behind
    EXPECT_THAT(unseen(), ElementsAre("pricing_queued"));
    EXPECT_EQ(apply("pricing_queued"), Move::late);  // and only then sent
    EXPECT_EQ(state(), "awaiting_pricing");
    EXPECT_THAT(unseen(), IsEmpty());
}

TEST_F(LifecycleTest, RemembersWhatWasNotSeen) {
    EXPECT_EQ(apply("priced"), Move::skipped);
    EXPECT_THAT(unseen(), ElementsAre("created", "submitted", "pricing_queued", "awaiting_pricing",
                                      "pricing"));
    EXPECT_FALSE(lifecycle_.created());
    EXPECT_EQ(apply("closed"), Move::skipped);
    EXPECT_EQ(unseen().back(), "awaiting_closing");
    EXPECT_EQ(unseen().size(), 5U + 11U);
    EXPECT_EQ(lifecycle_.closed(), 2 * base::second);
    EXPECT_EQ(apply("created"), Move::late);
    EXPECT_EQ(lifecycle_.created(), 3 * base::second);
    EXPECT_EQ(unseen().front(), "submitted");
    EXPECT_EQ(state(), "closed");
}

TEST_F(LifecycleTest, GoesBackOnlyWhereTheCatalogSays) {
    for (const char* next :
         {"created", "submitted", "pricing_queued", "awaiting_pricing", "pricing"})
        apply(next);
    EXPECT_EQ(apply("pricing_failed"), Move::entered);
    EXPECT_EQ(apply("pricing"), Move::entered);  // tried again
    EXPECT_EQ(apply("priced"), Move::entered);
    EXPECT_EQ(apply("pricing_failed"), Move::late);
    EXPECT_EQ(apply("pricing"), Move::late);
    EXPECT_EQ(state(), "priced");
    EXPECT_THAT(unseen(), IsEmpty());  // a calculation that does not fail skips nothing
}

TEST_F(LifecycleTest, NothingHappensAfterTheEnd) {
    apply("closed");
    for (const auto& other : catalog_.states()) {
        EXPECT_NE(apply(other.id), Move::entered) << other.id;
        EXPECT_EQ(state(), "closed");
    }
    EXPECT_THAT(unseen(), IsEmpty());
}

TEST_F(LifecycleTest, IgnoresEventsWithoutAState) {
    EXPECT_EQ(lifecycle_.apply(nullptr, base::second), Move::none);
    EXPECT_EQ(lifecycle_.state(), nullptr);
}

TEST_F(LifecycleTest, KnowsTheStateOfAnEvent) {
    EXPECT_EQ(state_after(catalog_, "Shop API", "ORDER_CREATED", "")->id, "created");
    EXPECT_EQ(state_after(catalog_, "RabbitMQ", "MESSAGE_SENT", "orders.approval")->id,
              "approval_queued");
    EXPECT_EQ(state_after(catalog_, "CRM API", "MESSAGE_RECEIVED", "orders.approval")->id,
              "awaiting_approval");
    EXPECT_EQ(state_after(catalog_, "CRM API", "MESSAGE_RECEIVED", "other"), nullptr);
    EXPECT_EQ(state_after(catalog_, "CRM API", "MESSAGE_RECEIVED", ""), nullptr);
    EXPECT_EQ(state_after(catalog_, "CRM API", "ORDER_CREATED", ""), nullptr);
    EXPECT_EQ(state_after(catalog_, "S3", "FILE_UPLOADED", ""), nullptr);
}

}  // namespace
}  // namespace watch
