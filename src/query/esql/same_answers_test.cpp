#include <gtest/gtest.h>

#include <random>

#include "query/dsl/query_reader.h"
#include "query/esql/esql_test.h"

// One question asked in several ways has one answer: by the store and by pages, and in the other
// languages.

namespace query::esql::testing {
namespace {

using storage::testing::Row;
using storage::testing::Value;

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }
    bool chance(unsigned percent) { return below(100) < percent; }
    std::string one_of(const std::vector<std::string>& items) { return items[below(items.size())]; }

  private:
    std::mt19937_64 engine_;
};

// `several`: fields may have several values.
std::vector<Row> rows_of(Dice& dice, std::size_t count, bool several) {
    std::vector<Row> rows(count);
    for (std::size_t at = 0; at < count; ++at) {
        Row& row = rows[at];
        row.sequence = at + 1;
        row.time = now - static_cast<base::Nanos>(dice.below(72)) * base::hour;
        row.index = dice.chance(50) ? "shop-prod" : "mes-prod";
        row.with("level", dice.one_of({"INFO", "WARN", "ERROR"}).c_str());
        const auto add = [&](const char* name, auto make) {
            if (dice.chance(25)) return;
            row.with(name, make());
            if (several && dice.chance(10)) row.with(name, make());
        };
        add("status_code", [&] { return Value(static_cast<std::int64_t>(dice.below(5)) * 100); });
        add("price", [&] { return Value(static_cast<double>(dice.below(8)) / 2); });
        add("colour", [&] { return Value(dice.one_of({"red", "dark blue", "green"})); });
        add("paid", [&] { return Value(dice.chance(50)); });
    }
    return rows;
}

std::string leaf(Dice& dice) {
    switch (dice.below(10)) {
        case 0:
            return "level == \"" + dice.one_of({"INFO", "WARN", "NONE"}) + "\"";
        case 1:
            return "status_code " + dice.one_of({"<", "<=", ">", ">=", "==", "!="}) + " " +
                   dice.one_of({"100", "200.0", "150.5"});
        case 2:
            return dice.one_of({"1", "2.5"}) + dice.one_of({" < ", " >= ", " == "}) + "price";
        case 3:
            return "colour " + dice.one_of({"LIKE", "NOT LIKE"}) + " \"*" +
                   dice.one_of({"e*", "d", "?lue"}) + "\"";
        case 4:
            return dice.one_of({"price", "colour", "status_code"}) +
                   dice.one_of({" IS NULL", " IS NOT NULL"});
        case 5:
            return "status_code " + dice.one_of({"IN", "NOT IN"}) + " (0, 200, 300.0)";
        case 6:
            return "@timestamp " + dice.one_of({"<", ">="}) + " \"2026-11-23T1" +
                   dice.one_of({"0", "5"}) + ":00:00Z\"";
        case 7:
            return "colour " + dice.one_of({"==", "!=", "<", ">="}) + " \"green\"";
        case 8:
            return "paid == true";
        default:
            return "NOT colour RLIKE \"[dr].*\"";
    }
}

std::string condition(Dice& dice, int depth = 2) {
    if (depth == 0 || dice.chance(40)) return leaf(dice);
    const std::string joined = "(" + condition(dice, depth - 1) + dice.one_of({" AND ", " OR "}) +
                               condition(dice, depth - 1) + ")";
    return dice.chance(15) ? "NOT " + joined : joined;
}

TEST(SameAnswers, ByTheStoreAndByPages) {
    Dice dice(7);
    for (int round = 0; round < 60; ++round) {
        const Searcher searcher = searcher_over(rows_of(dice, 60, round % 2 == 0));
        for (int question = 0; question < 8; ++question) {
            const std::string asked = condition(dice);
            // Not one that the store could answer.
            const std::string by_pages =
                "(" + asked + ") AND LENGTH(CONCAT(level, \"x\")) > 0 OR " + "LENGTH(level) < 0";
            const std::string found = "| KEEP _id | SORT _id";
            ASSERT_EQ(answer(searcher, "FROM * METADATA _id | WHERE " + asked + found),
                      answer(searcher, "FROM * METADATA _id | WHERE " + by_pages + found))
                << asked;
            const std::string stats =
                "| STATS n = COUNT(*), c = COUNT(price), d = COUNT_DISTINCT(colour), "
                "s = SUM(status_code), a = ROUND(AVG(price), 9), lo = MIN(status_code), "
                "hi = MAX(@timestamp), m = MEDIAN(price) BY " +
                dice.one_of({"level", "colour", "status_code", "t = BUCKET(@timestamp, 6 hours)",
                             "_index, level", "paid, DATE_TRUNC(1 week, @timestamp)"}) +
                "| SORT n, c, d, s, a, lo, hi, m";
            ASSERT_EQ(answer(searcher, "FROM * METADATA _index | WHERE " + asked + stats),
                      answer(searcher, "FROM * METADATA _index | EVAL unused = 1 | WHERE " +
                                           by_pages + stats))
                << asked << stats;
        }
    }
}

// Fields with one value: there all languages mean the same.
TEST(SameAnswers, InAllLanguages) {
    struct Question {
        const char* esql;
        const char* kql;
        const char* dsl;
    };
    const Question questions[] = {
        {"level == \"ERROR\"", "level: ERROR", R"({"term":{"level":"ERROR"}})"},
        {"status_code >= 200 AND level != \"INFO\"", "status_code >= 200 and not level: INFO",
         R"({"bool":{"filter":{"range":{"status_code":{"gte":200}}},)"
         R"("must_not":{"term":{"level":"INFO"}}}})"},
        {"price > 1.5 OR price IS NULL", "price > 1.5 or not price: *",
         R"({"bool":{"should":[{"range":{"price":{"gt":1.5}}},)"
         R"({"bool":{"must_not":{"exists":{"field":"price"}}}}]}})"},
        {"colour LIKE \"dark*\"", "colour: dark*", R"({"wildcard":{"colour.keyword":"dark*"}})"},
        {"@timestamp >= \"2026-11-23T00:00:00Z\"", "timestamp >= 2026-11-23",
         R"({"range":{"@timestamp":{"gte":"2026-11-23"}}})"},
        {"colour : \"blue\"", "colour: blue", R"({"match":{"colour":"blue"}})"},
    };
    Dice dice(11);
    for (int round = 0; round < 20; ++round) {
        const Searcher searcher = searcher_over(rows_of(dice, 80, false));
        const dsl::Mapping mapping(event::Catalog::built_in(),
                                   searcher.fields(event::IndexPattern()).value());
        for (const Question& question : questions) {
            query::Question asked;
            asked.query = question.kql;
            AggregateQuery groups;
            groups.selection = select(asked, event::Catalog::built_in(), now).value();
            groups.group_by = {"level"};
            groups.metrics = {{storage::Metric::Operation::count, "", {}},
                              {storage::Metric::Operation::max, "status_code", {}}};
            const auto text_of_groups = [&] {
                auto rows = searcher.aggregate(groups).value().rows;
                std::sort(rows.begin(), rows.end());
                std::string text = "n|m|level";
                for (const auto& row : rows) {
                    const std::string most = query::text_of(row[2]);
                    text += ";" + query::text_of(row[1]) + "|" + (most.empty() ? "null" : most) +
                            "|" + query::text_of(row[0]);
                }
                return text;
            };
            const std::string by_esql =
                answer(searcher, std::string("FROM * | WHERE ") + question.esql +
                                     " | STATS n = COUNT(*), m = MAX(status_code) BY level"
                                     " | SORT level");
            ASSERT_EQ(by_esql, text_of_groups()) << question.kql;
            dsl::QueryReader reader(mapping, now);
            groups.selection = {};
            groups.selection.predicate = reader.read(dsl::parse_json(question.dsl).value()).value();
            take_times(groups.selection);
            ASSERT_EQ(by_esql, text_of_groups()) << question.dsl;
        }
    }
}

}  // namespace
}  // namespace query::esql::testing
