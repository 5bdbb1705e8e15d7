#include "query/selection.h"

#include <gtest/gtest.h>

#include "query/time_text.h"
#include "storage/evaluate.h"
#include "storage/testing/rows.h"

namespace query {
namespace {

using storage::testing::Row;
using storage::testing::Stamp;

constexpr base::Nanos now = 1'795'515'330'000'000'000;  // 2026-11-24T10:15:30Z, a Tuesday

const event::Catalog& catalog() {
    static const event::Catalog loaded =
        event::Catalog::load(ORDERTRAIL_SOURCE_DIR "/catalog/made-to-order.yaml").value();
    return loaded;
}

base::Nanos at(const char* text) { return parse_time(text, now).value().begin; }

// Rows a, b, c … as the cases below name them.
std::vector<Row> rows() {
    std::vector<Row> rows(8);
    rows[0]
        .with("level", "INFO")
        .with("service_name", "Shop API")
        .with("event_type", "ORDER_CREATED");
    rows[0]
        .with("order_id", "ORD-17")
        .with("message", "Order created by the customer")
        .with("price", std::int64_t{1500});
    rows[1]
        .with("level", "WARN")
        .with("service_name", "MES API")
        .with("event_type", "PRICE_CALCULATION_SLOW");
    rows[1]
        .with("order_id", "ORD-18")
        .with("message", "Price calculation is slow")
        .with("price", 1500.0);
    rows[2].with("level", "ERROR").with("service_name", "MES API").with("event_type", "DB_ERROR");
    rows[2]
        .with("order_id", "ORD-17")
        .with("message", "timeout: could not reach MES DB")
        .with("price", "1500");
    rows[3]
        .with("level", "DEBUG")
        .with("message", "Заказ ORD-17 создан")
        .with("peer.address", storage::testing::ip_of("10.1.2.3"));
    rows[3].with("client.ip", storage::testing::ip_of("10.1.2.3"));
    rows[4]
        .with("level", "FATAL")
        .with("message", "out of memory")
        .with("file_size", std::int64_t{2048});
    rows[4].with("tags", "red").with("tags", "dark blue").with("file_name", "Bracket v2.stl");
    rows[5]
        .with("level", "INFO")
        .with("response_time", 12.5)
        .with("returned_from_cache", true)
        .with("cached", false);
    rows[5].with("items.name", "wheel").with("items.count", std::int64_t{4}).with("odd field", "x");
    rows[6].with("started", Stamp{now - base::hour}).with("request", "GET /orders?page=2 (cached)");
    rows[6].with("note", "a*b").with("path", "C:\\temp\\file.txt");
    rows[7]
        .with("note", "aXb")
        .with("note", "")
        .with("_violations", "user_id: required, missing")
        .with("_shape", "{}");
    for (std::size_t row = 0; row < rows.size(); ++row) {
        rows[row].sequence = 100 + row;
        rows[row].time = now - static_cast<base::Nanos>(row) * 6 * base::hour;
    }
    rows[5].with("_id", "given-5");
    return rows;
}

// The letters of the rows that fit, by the fast way and by the plain one.
std::string found(const std::string& query) {
    Question question;
    question.query = query;
    const auto selected = select(question, catalog(), now);
    if (!selected) return "refused: " + selected.error().message;
    const Selection& selection = selected.value();
    const auto all = rows();
    const event::Batch batch = storage::testing::batch_of(all);
    storage::BatchBlock block(batch, "shop-prod");
    const auto fitting =
        storage::Evaluator::create(selection.predicate).value()->select(block).value();
    std::string letters;
    for (std::uint32_t row = 0; row < all.size(); ++row) {
        EXPECT_EQ(fitting.contains(row), storage::testing::fits(selection.predicate, all[row]))
            << query;
        const bool in_range =
            all[row].time >= selection.range.from && all[row].time < selection.range.to;
        if (fitting.contains(row) && in_range) letters.push_back(static_cast<char>('a' + row));
    }
    return letters;
}

struct Case {
    const char* query;
    const char* rows;
};

TEST(Selection, FindsWhatKqlMeans) {
    const Case cases[] = {
        {"", "abcdefgh"},
        {"*", "abcdefgh"},
        {"*:*", "abcdefgh"},
        {"not *", ""},
        // ids and enumerations: whole, letter case counts
        {"order_id: ORD-17", "ac"},
        {"order_id: \"ORD-17\"", "ac"},
        {"order_id: ord-17", ""},
        {"order_id: 17", ""},
        {"order_id: ORD-*", "abc"},
        {"order_id: *-18", "b"},
        {"order_id: ord*", ""},
        {"order_id: (ORD-17 or ORD-18)", "abc"},
        {"order_id: (ORD-17 ORD-18)", ""},
        {"order_id: *", "abc"},
        {"not order_id: *", "defgh"},
        {"service_name: Shop API", "a"},
        {"service_name: \"Shop API\"", "a"},
        {"service_name: Shop", ""},
        {"service_name: shop*", ""},
        {"service_name: Shop*", "a"},
        {"service_name: Shop A*", "a"},
        {"order_id > ORD-17", "b"},
        {"order_id >= ORD-17 and order_id <= ORD-17", "ac"},
        {"file_name: \"Bracket v2.stl\"", "e"},
        {"file_name: bracket", ""},
        // levels
        {"level: info", "af"},
        {"level: INFO", "af"},
        {"level: \"Info\"", "af"},
        {"level: warning", "b"},
        {"level: (err or critical)", "ce"},
        {"level: E*", "c"},
        {"level: e*", "c"},
        {"level >= warn", "bce"},
        {"level > WARN", "ce"},
        {"level < info", "d"},
        {"level <= INFO", "adf"},
        {"level: nothing", ""},
        {"log.level: info", "af"},
        // texts: words
        {"message: order", "a"},
        {"message: ORDER", "a"},
        {"message: orders", ""},
        {"message: order slow", "ab"},
        {"message: \"order slow\"", ""},
        {"message: \"order created\"", "a"},
        {"message: \"created order\"", ""},
        {"message: (order and customer)", "a"},
        {"message: (order and not customer)", ""},
        {"message: ORD-17", "d"},
        {"message: \"ORD-17\"", "d"},
        {"message: 17-ORD", ""},
        {"message: заказ", "d"},
        {"message: \"ЗАКАЗ ord\"", "d"},
        {"message: time*", "c"},
        {"message: TIME*", "c"},
        {"message: tim* memory", "ce"},
        {"message: *DB", "c"},
        {"message: Order*customer", "a"},
        {"message: cre*", "a"},
        {"message.keyword: \"out of memory\"", "e"},
        {"message.keyword: memory", ""},
        {"message: *", "abcde"},
        {"msg: memory", "e"},
        // other strings
        {"tags: red", "e"},
        {"tags: blue", "e"},
        {"tags: \"dark blue\"", "e"},
        {"tags: \"blue red\"", ""},
        {"tags: (red and blue)", "e"},
        {"tags: (red and green)", ""},
        {"not tags: red", "abcdfgh"},
        {"note: a\\*b", "g"},
        {"note: \"a*b\"", "g"},
        {"note: a*b", "gh"},
        {"note: \"\"", "h"},
        {"path: \"C:\\\\temp\"", "g"},
        {"path: \"C:\\temp\"", ""},  // a tab
        {"path: C\\:\\\\temp\\\\file.txt", "g"},
        {"path: C\\:\\\\temp*", "g"},
        {"request: \"(cached)\"", "g"},
        {"request: cached", "g"},
        {"request: page=2", "g"},
        {"odd field: x", "f"},
        {"\"odd field\": x", "f"},
        // numbers
        {"price: 1500", "abc"},
        {"price: 1500.0", "ab"},
        {"price: 1.5e3", "ab"},
        {"price: \"1500\"", "abc"},
        {"price > 1499", "abc"},
        {"price > 1500", ""},
        {"price >= 1500", "abc"},
        {"price < 1500.5", "abc"},
        {"price >= 100 and price <= 2000 and order_id: *", "abc"},
        {"file_size: 2048", "e"},
        {"file_size > 2047.5", "e"},
        {"file_size: big", ""},
        {"response_time: 12.5", "f"},
        {"response_time > 12", "f"},
        {"response_time < 12", ""},
        {"items.count: 4", "f"},
        {"items.count: (3 or 4)", "f"},
        // booleans
        {"returned_from_cache: true", "f"},
        {"returned_from_cache: false", ""},
        {"cached: false", "f"},
        {"cached: *", "f"},
        // addresses
        {"client.ip: 10.1.2.3", "d"},
        {"client.ip: 10.1.0.0/16", "d"},
        {"client.ip: 10.2.0.0/16", ""},
        {"peer.address: \"10.0.0.0/8\"", "d"},
        {"peer.address > 10.1.2.2", "d"},
        {"peer.address > 10.1.2.3", ""},
        // times
        {"timestamp: 2026-11-24", "ab"},
        {"timestamp: \"2026-11-24T10:15:30Z\"", "a"},
        {"@timestamp >= now-6h", "ab"},
        {"timestamp > now-6h", "a"},
        {"timestamp < now-30h", "gh"},
        {"timestamp <= now-30h", "fgh"},
        {"timestamp >= now/d", "ab"},
        {"timestamp < now/d", "cdefgh"},
        {"timestamp <= 2026-11-23", "cdefgh"},
        {"timestamp > 2026-11-23", "ab"},
        {"timestamp >= 2026-11-23 and timestamp < 2026-11-24", "cdef"},
        {"timestamp: 2026-11-24||/M", "abcdefgh"},
        {"timestamp > 1795515329999", "a"},
        {"timestamp: 2026", "abcdefgh"},
        {"timestamp: *", "abcdefgh"},
        {"not timestamp: 2026-11-24", "cdefgh"},
        {"timestamp: 2026-11-24 or level: FATAL", "abe"},
        {"timestamp > now", ""},
        {"started: 2026-11-24", "g"},
        {"started >= now-2h", "g"},
        {"started < \"2026-11-24T09:00:00Z\"", ""},
        // all fields
        {"memory", "e"},
        {"MEMORY", "e"},
        {"ORD-17", "acd"},
        {"\"MES API\"", "bc"},
        {"2048", "e"},
        {"10.1.2.3", "d"},
        {"true", "f"},
        {"missing", ""},
        {"nowhere", ""},
        {"mem*", "e"},
        {"memory or slow", "be"},
        {"memory slow", "be"},
        {"not memory", "abcdfgh"},
        {"*: 2048", "e"},
        {"items.*: wheel", "f"},
        {"*.name: wheel", "f"},
        {"items.*: *", "f"},
        {"nothing.*: *", ""},
        {"*_id: ORD-17", "ac"},
        // names
        {"additional_data.price: 1500", "abc"},
        {"additional_data.items.count: 4", "f"},
        {"additional_data.items.*: wheel", "f"},
        {"service.name: \"MES API\"", "bc"},
        {"event: DB_ERROR", "c"},
        {"orderId: ORD-18", "b"},
        {"nothing: x", ""},
        {"not nothing: x", "abcdefgh"},
        // own fields
        {"_id: given-5", "f"},
        {"_id: \\~2s", "refused: expected an escape"},
        {"_id: ~2s", "a"},
        {"_id: *", "abcdefgh"},
        {"_index: shop-prod", "abcdefgh"},
        {"_index: shop-*", "abcdefgh"},
        {"_index: mes-*", ""},
        {"_violations: missing", "h"},
        {"_violations: *", "h"},
        {"_shape: *", ""},
        {"_*: *", ""},
        // nested
        {"items: { name: wheel }", "f"},
        {"items: { name: wheel and count >= 4 }", "f"},
        {"items: { name: wheel and count > 4 }", ""},
        {"items: { wheel }", "f"},
        {"not items: { name: wheel }", "abcdegh"},
        // together
        {"level: ERROR and service_name: \"MES API\" or order_id: ORD-18", "bc"},
        {"(level: INFO or level: ERROR) and order_id: ORD-17", "ac"},
        {"not (level: INFO or level: ERROR)", "bdegh"},
        {"level: (not INFO)", "bcdegh"},
        {"level: INFO and level: ERROR", ""},
    };
    for (const auto& [query, expected] : cases) {
        const std::string letters = found(query);
        EXPECT_EQ(
            letters.substr(0, letters.starts_with("refused") ? std::string_view(expected).size()
                                                             : letters.size()),
            expected)
            << query;
    }
}

TEST(Selection, TimesOfTheWholeQueryBecomeTheRange) {
    const auto selected = [](const char* query) {
        Question question;
        question.query = query;
        return select(question, catalog(), now).value();
    };
    const Selection one =
        selected("timestamp >= 2026-11-23 and level: INFO and timestamp < 2026-11-24");
    EXPECT_EQ(one.range.from, at("2026-11-23"));
    EXPECT_EQ(one.range.to, at("2026-11-24"));
    EXPECT_EQ(one.predicate.kind, storage::Predicate::Kind::equals);
    EXPECT_EQ(selected("timestamp: now/d").range.to, at("2026-11-25"));
    EXPECT_EQ(selected("timestamp: now/d").predicate.kind, storage::Predicate::Kind::everything);
    EXPECT_EQ(selected("timestamp > now and timestamp < now").predicate.kind,
              storage::Predicate::Kind::nothing);
    // Not where it only holds for a part.
    EXPECT_EQ(selected("timestamp > now or level: INFO").range.from, storage::TimeRange().from);
    EXPECT_EQ(selected("not timestamp > now").range.from, storage::TimeRange().from);
}

TEST(Selection, RangeOfTheRequest) {
    Question question;
    question.from = "now-1d/d";
    question.to = "2026-11-24T12:00:00Z";
    question.query = "timestamp < 2026-11-24";
    const Selection selection = select(question, catalog(), now).value();
    EXPECT_EQ(selection.range.from, at("2026-11-23"));
    EXPECT_EQ(selection.range.to, at("2026-11-24"));
    question.to = "yesterday";
    const auto refused = select(question, catalog(), now);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("'to'"), std::string::npos);
    EXPECT_EQ(refused.error().length, 0u);  // not a place in the query
    question.to = "2020";
    EXPECT_EQ(select(question, catalog(), now).value().predicate.kind,
              storage::Predicate::Kind::nothing);
}

TEST(Selection, RefusesWithThePlace) {
    struct Refusal {
        const char* query;
        std::size_t offset;
        std::size_t length;
    };
    for (const auto& [query, offset, length] :
         {Refusal{"level: INFO and timestamp: soon", 27, 4}, Refusal{"timestamp > \"x y\"", 12, 5},
          Refusal{"timestamp: 2026*", 11, 5}, Refusal{"price > 5*", 8, 2},
          Refusal{"ж and timestamp < ж", 19, 2}}) {
        Question question;
        question.query = query;
        const auto refused = select(question, catalog(), now);
        ASSERT_FALSE(refused) << query;
        EXPECT_EQ(refused.error().code, base::Code::invalid_argument);
        EXPECT_EQ(refused.error().offset, offset) << query;
        EXPECT_EQ(refused.error().length, length) << query;
        EXPECT_TRUE(refused.error().message.starts_with("expected")) << refused.error().message;
    }
}

TEST(Selection, FingerprintIsTheQuestions) {
    Question question;
    question.query = "timestamp > now-1h";
    const std::uint64_t first = select(question, catalog(), now).value().fingerprint;
    EXPECT_EQ(select(question, catalog(), now + base::hour).value().fingerprint, first);
    question.index = "shop-*";
    EXPECT_NE(select(question, catalog(), now).value().fingerprint, first);
}

}  // namespace
}  // namespace query
