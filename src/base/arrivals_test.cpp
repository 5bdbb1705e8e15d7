#include "base/arrivals.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Arrivals, TellFirstAndLastPerIndex) {
    Arrivals arrivals;
    arrivals.stored("loki", "shop-prod", 2, 10);
    arrivals.stored("loki", "mes-prod", 1, 20);
    arrivals.stored("loki", "shop-prod", 3, 30);
    const auto input = arrivals.inputs().at("loki");
    EXPECT_EQ(input.stored.events, 6U);
    EXPECT_EQ(input.stored.first, 10);
    EXPECT_EQ(input.stored.last, 30);
    EXPECT_EQ(input.indices.at("shop-prod").events, 5U);
    EXPECT_EQ(input.indices.at("shop-prod").first, 10);
    EXPECT_EQ(input.indices.at("mes-prod").last, 20);
}

TEST(Arrivals, NothingIsNoArrival) {
    Arrivals arrivals;
    arrivals.stored("loki", "shop-prod", 0, 10);
    arrivals.hindered("loki", Hindrance::event, 0, "", "none");
    EXPECT_TRUE(arrivals.inputs().empty());
}

TEST(Arrivals, KeepTheLastReasonAndCountAll) {
    Arrivals arrivals;
    arrivals.hindered("forward", Hindrance::handshake, 1, "10.0.0.1:5", "no certificate", 10);
    arrivals.hindered("forward", Hindrance::handshake, 1, "10.0.0.2:5", std::string(5000, 'x'), 20);
    const auto input = arrivals.inputs().at("forward");
    const auto& told = input.hindered[static_cast<std::size_t>(Hindrance::handshake)];
    EXPECT_EQ(told.times, 2U);
    EXPECT_EQ(told.last, 20);
    EXPECT_EQ(told.from, "10.0.0.2:5");
    EXPECT_EQ(told.reason.size(), Arrivals::most_reason_bytes);
    EXPECT_EQ(input.stored.events, 0U);
    EXPECT_EQ(name_of(Hindrance::handshake), "handshake");
}

TEST(Arrivals, DoNotGrowWithTheNumberOfIndices) {
    Arrivals arrivals;
    for (std::size_t at = 0; at < Arrivals::most_indices + 10; ++at)
        arrivals.stored("ingest", fmt::format("index-{}", at), 1, 1);
    const auto input = arrivals.inputs().at("ingest");
    EXPECT_EQ(input.indices.size(), Arrivals::most_indices);
    EXPECT_EQ(input.stored.events, Arrivals::most_indices + 10);
}

}  // namespace
}  // namespace base
