#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "query/search.h"
#include "storage/testing/memory_snapshot.h"
#include "storage/testing/random_rows.h"

namespace query {
namespace {

using storage::Order;
using storage::testing::MemorySnapshot;
using storage::testing::Row;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z

const event::Catalog& catalog() {
    static const event::Catalog loaded =
        event::Catalog::load(ORDERTRAIL_SOURCE_DIR "/catalog/made-to-order.yaml").value();
    return loaded;
}

Selection everything(const std::string& query = "") {
    Question question;
    question.query = query;
    return select(question, catalog(), now).value();
}

Searcher searcher(const std::vector<Row>& rows) {
    auto snapshot = std::make_shared<MemorySnapshot>();
    snapshot->add(rows);
    return {snapshot, catalog(), Scope::everything()};
}

std::vector<Row> in_two_indices(std::size_t count) {
    std::vector<Row> rows(count);
    for (std::size_t at = 0; at < count; ++at) {
        rows[at].sequence = at + 1;
        rows[at].time = now - static_cast<base::Nanos>(at / 3) * base::second;  // ties
        rows[at].index = at % 2 == 0 ? "shop-prod" : "mes-prod";
    }
    return rows;
}

SearchRequest by(const std::string& field, Order order, std::size_t limit = 100) {
    SearchRequest request;
    request.selection = everything();
    request.sort_by = field;
    request.order = order;
    request.limit = limit;
    return request;
}

std::vector<std::uint64_t> sequences(const Searcher& search, SearchRequest request) {
    std::vector<std::uint64_t> found;
    while (true) {
        const auto answer = search.search(request);
        EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
        if (!answer) return found;
        EXPECT_LE(answer.value().rows.rows(), request.limit);
        found.insert(found.end(), answer.value().rows.sequence.begin(),
                     answer.value().rows.sequence.end());
        if (!answer.value().next_cursor) return found;
        request.cursor = *answer.value().next_cursor;
    }
}

TEST(SortedSearch, PagesThroughEverythingOnceAsASortDoes) {
    std::mt19937 random(7);
    std::vector<Row> rows = in_two_indices(137);
    std::vector<std::optional<double>> values(rows.size());
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (random() % 5 == 0) continue;
        const auto value = static_cast<std::int64_t>(random() % 12);
        values[at] = static_cast<double>(value) + (value % 2 == 0 ? 0.5 : 0.0);
        if (value % 2 == 0) {
            rows[at].with("amount", *values[at]);
        } else {
            rows[at].with("amount", value);
        }
    }
    const Searcher search = searcher(rows);
    for (const Order order : {Order::newest_first, Order::oldest_first}) {
        const bool falling = order == Order::newest_first;
        std::vector<std::size_t> expected(rows.size());
        for (std::size_t at = 0; at < expected.size(); ++at) expected[at] = at;
        std::sort(expected.begin(), expected.end(), [&](std::size_t one, std::size_t other) {
            if (values[one].has_value() != values[other].has_value())
                return values[one].has_value();
            const auto key = [&](std::size_t at) {
                return std::tuple(values[at].value_or(0), rows[at].time, rows[at].sequence);
            };
            return falling ? key(one) > key(other) : key(one) < key(other);
        });
        std::vector<std::uint64_t> wanted;
        for (const std::size_t at : expected) wanted.push_back(rows[at].sequence);
        for (const std::size_t limit : {1U, 10U, 136U, 137U, 500U})
            EXPECT_EQ(sequences(search, by("amount", order, limit)), wanted) << limit;
    }
}

TEST(SortedSearch, ValuesOfUnlikeTypesHaveAnOrderToo) {
    std::vector<Row> rows = in_two_indices(5);
    rows[0].with("x", "text");
    rows[1].with("x", std::int64_t{3});
    rows[2].with("x", true);
    rows[3].with("x", 2.5);
    const Searcher search = searcher(rows);
    EXPECT_THAT(sequences(search, by("x", Order::oldest_first)), ElementsAre(3, 4, 2, 1, 5));
    EXPECT_THAT(sequences(search, by("x", Order::newest_first)), ElementsAre(1, 2, 4, 3, 5));
}

TEST(SortedSearch, GivesWholeRows) {
    std::vector<Row> rows = in_two_indices(2);
    rows[0].with("x", std::int64_t{1}).with("other", "a");
    rows[1].with("x", std::int64_t{2}).with("other", "b");
    const auto answer = searcher(rows).search(by("x", Order::newest_first));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer.value().rows.rows(), 2);
    EXPECT_EQ(text_of(value_of(answer.value().rows, "other", 0)), "b");
    EXPECT_EQ(text_of(value_of(answer.value().rows, "_index", 0)), "mes-prod");
    EXPECT_EQ(text_of(value_of(answer.value().rows, "_index", 1)), "shop-prod");
}

TEST(SortedSearch, RefusesCursorsOfOtherOrders) {
    std::vector<Row> rows = in_two_indices(4);
    const Searcher search = searcher(rows);
    SearchRequest request = by("x", Order::newest_first, 2);
    const auto page = search.search(request);
    ASSERT_TRUE(page);
    ASSERT_TRUE(page.value().next_cursor);
    request.cursor = *page.value().next_cursor;
    for (const char* const other : {"y", ""}) {
        request.sort_by = other;
        const auto refused = search.search(request);
        ASSERT_FALSE(refused) << other;
        EXPECT_THAT(refused.error().message, HasSubstr("cursor: expected next_cursor of the same"));
    }
}

TEST(SortedSearch, SaysWhenTheRowOfACursorIsGone) {
    std::vector<Row> rows = in_two_indices(4);
    SearchRequest request = by("x", Order::newest_first, 2);
    const auto page = searcher(rows).search(request);
    ASSERT_TRUE(page);
    request.cursor = *page.value().next_cursor;
    rows.erase(rows.begin() + 2, rows.end());  // the later ones come first
    std::erase_if(
        rows, [&](const Row& row) { return row.sequence == page.value().rows.sequence.back(); });
    const auto refused = searcher(rows).search(request);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("is gone"));
}

}  // namespace
}  // namespace query
