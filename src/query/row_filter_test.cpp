#include "query/row_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/testing/rows.h"

namespace query {
namespace {

using storage::testing::Row;

std::vector<Row> some_rows() {
    std::vector<Row> rows;
    for (std::uint64_t at = 1; at <= 4; ++at) {
        Row row;
        row.time = static_cast<base::Nanos>(at) * base::minute;
        row.sequence = at;
        row.with("level", at % 2 == 0 ? "ERROR" : "INFO").with("secret", "s" + std::to_string(at));
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::uint32_t> chosen(Question question, Scope scope, const char* index = "shop-prod") {
    auto selection = select(question, event::Catalog::built_in(), 0);
    EXPECT_TRUE(selection);
    auto filter = RowFilter::create(std::move(selection.value()), std::move(scope));
    EXPECT_TRUE(filter);
    const auto batch = storage::testing::batch_of(some_rows());
    const auto rows = filter.value().select(batch, index);
    EXPECT_TRUE(rows);
    std::vector<std::uint32_t> found;
    rows.value().for_each([&](std::uint32_t row) { found.push_back(row); });
    return found;
}

TEST(RowFilterTest, ConditionIndexAndRangeAllCount) {
    using testing::ElementsAre;
    EXPECT_THAT(chosen({"level: error", "", "", ""}, Scope::everything()), ElementsAre(1, 3));
    EXPECT_THAT(chosen({"", "mes-*", "", ""}, Scope::everything()), ElementsAre());
    EXPECT_THAT(chosen({"", "mes-*", "", ""}, Scope::everything(), "mes-prod"),
                ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(
        chosen({"", "", "1970-01-01T00:02:00Z", "1970-01-01T00:04:00Z"}, Scope::everything()),
        ElementsAre(1, 2));
    EXPECT_THAT(chosen({"timestamp >= \"1970-01-01T00:03:00Z\"", "", "", ""}, Scope::everything()),
                ElementsAre(2, 3));
}

TEST(RowFilterTest, WhatTheAskerMayNotSeeIsNotThere) {
    const auto scope = Scope::limited(storage::Predicate::equals_text("level", "INFO"), {"secret"});
    EXPECT_THAT(chosen({"", "", "", ""}, scope), testing::ElementsAre(0, 2));
    EXPECT_THAT(chosen({"secret: s1", "", "", ""}, scope), testing::ElementsAre());
    EXPECT_THAT(chosen({"s1", "", "", ""}, scope), testing::ElementsAre());
    auto filter = RowFilter::create({}, scope);
    ASSERT_TRUE(filter);
    const auto batch = storage::testing::batch_of(some_rows());
    const std::uint32_t rows[] = {2};
    const auto visible = filter.value().visible(batch, rows);
    EXPECT_EQ(visible.rows(), 1u);
    EXPECT_EQ(visible.find("secret", event::Type::string), nullptr);
    EXPECT_NE(visible.find("level", event::Type::string), nullptr);
}

}  // namespace
}  // namespace query
