#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/esql/esql_test.h"

namespace query::esql::testing {
namespace {

using storage::testing::Row;
using storage::testing::Value;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Six orders, the newest last: prices 10 to 60, one without a price, one with two tags.
std::vector<Row> orders() {
    std::vector<Row> rows(6);
    const char* const levels[] = {"INFO", "WARN", "INFO", "ERROR", "INFO", "ERROR"};
    const char* const services[] = {"Shop API", "Shop API", "MES API",
                                    "MES API",  "CRM API",  "Shop API"};
    for (std::size_t at = 0; at < rows.size(); ++at) {
        Row& row = rows[at];
        row.sequence = at + 1;
        row.time = now - static_cast<base::Nanos>(rows.size() - at) * base::hour;
        row.index = at < 3 ? "shop-prod" : "mes-prod";
        row.with("_id", ("r" + std::to_string(at)).c_str());
        row.with("level", levels[at]).with("service_name", services[at]);
        row.with("message", ("order " + std::to_string(at) + " done").c_str());
        row.with("status_code", Value(std::int64_t{200 + static_cast<std::int64_t>(at) * 50}));
        if (at != 3) row.with("price", Value(static_cast<double>(at + 1) * 10));
        row.with("tags", "a");
        if (at == 1) row.with("tags", "b");
    }
    return rows;
}

std::string ask(std::string_view query) { return answer(searcher_over(orders()), query); }

TEST(Commands, FromShowsAllFieldsNewestFirst) {
    EXPECT_EQ(ask("FROM shop-prod | LIMIT 1"),
              "@timestamp|level|message|price|service_name|status_code|tags;"
              "2026-11-24T06:15:30.000Z|INFO|order 2 done|30.0|MES API|300|a");
    EXPECT_EQ(ask("from * metadata _id, _index | keep _* | limit 2"),
              "_id|_index;r5|mes-prod;r4|mes-prod");
    EXPECT_EQ(ask("FROM shop-prod,mes-prod METADATA _id | KEEP _id"), "_id;r5;r4;r3;r2;r1;r0");
    EXPECT_THAT(ask("FROM nothing*"), StartsWith("verification 1:1: Unknown index [nothing*]"));
    EXPECT_THAT(ask("FROM * METADATA _score"), HasSubstr("unsupported metadata field [_score]"));
}

TEST(Commands, WhereFindsRows) {
    const auto ids = [](const std::string& condition) {
        return ask("FROM * METADATA _id, _index | WHERE " + condition + " | SORT _id | KEEP _id");
    };
    EXPECT_EQ(ids("level == \"ERROR\""), "_id;r3;r5");
    EXPECT_EQ(ids("status_code >= 400"), "_id;r4;r5");
    EXPECT_EQ(ids("400 <= status_code"), "_id;r4;r5");
    EXPECT_EQ(ids("status_code == 250.0"), "_id;r1");
    EXPECT_EQ(ids("price > 15 AND level != \"INFO\""), "_id;r1;r5");
    EXPECT_EQ(ids("NOT price > 15"), "_id;r0");
    EXPECT_EQ(ids("price IS NULL"), "_id;r3");
    EXPECT_EQ(ids("price IS NOT NULL and level in (\"WARN\", \"ERROR\")"), "_id;r1;r5");
    EXPECT_EQ(ids("level NOT IN (\"WARN\", \"ERROR\")"), "_id;r0;r2;r4");
    EXPECT_EQ(ids("message LIKE \"*r 1*\" OR message RLIKE \"order [45].*\""), "_id;r1;r4;r5");
    EXPECT_EQ(ids("message NOT LIKE \"order ? done\""), "_id");
    EXPECT_EQ(ids("status_code % 100 == 0"), "_id;r0;r2;r4");
    EXPECT_EQ(ids("@timestamp >= \"2026-11-24T08:00:00Z\""), "_id;r4;r5");
    EXPECT_EQ(ids("@timestamp > NOW() - 150 minutes"), "_id;r4;r5");
    EXPECT_EQ(ids("_index == \"mes-prod\" and _id < \"r5\""), "_id;r3;r4");
    EXPECT_EQ(ids("starts_with(service_name, \"Shop\")"), "_id;r0;r1;r5");
    EXPECT_EQ(ids("level == null"), "_id");
    // Of a field with several values comparisons say nothing, in the store and beside it.
    EXPECT_EQ(ids("tags == \"a\""), "_id;r0;r2;r3;r4;r5");
    EXPECT_EQ(ids("tags != \"c\""), "_id;r0;r2;r3;r4;r5");
    EXPECT_EQ(ids("MV_COUNT(tags) == 2"), "_id;r1");
    EXPECT_THAT(ids("price"),
                HasSubstr("Condition expression needs to be boolean, found [double]"));
}

TEST(Commands, WhereSearchesText) {
    const auto ids = [](const std::string& condition) {
        return ask("FROM * METADATA _id | WHERE " + condition + " | SORT _id | KEEP _id");
    };
    EXPECT_EQ(ids("MATCH(message, \"1 4\")"), "_id;r1;r4");
    EXPECT_EQ(ids("message : \"3\""), "_id;r3");
    EXPECT_EQ(ids("message:\"3\" OR message:\"2\""), "_id;r2;r3");
    EXPECT_EQ(ids("NOT message:\"3\" AND price > 20"), "_id;r2;r4;r5");
    EXPECT_EQ(ids("KQL(\"level: error and price > 50\")"), "_id;r5");
    EXPECT_EQ(ids("QSTR(\"level:WARN OR message:5\")"), "_id;r1;r5");
    EXPECT_THAT(ids("KQL(\"level:\")"), StartsWith("verification 1:33: "));
    EXPECT_THAT(ids("message:\"3\" OR price + 1 > 20"),
                HasSubstr("[match] function is only supported in WHERE in front of"));
    EXPECT_THAT(ask("FROM * | LIMIT 3 | WHERE message:\"3\""), HasSubstr("[match] function is"));
}

TEST(Commands, EvalSortLimit) {
    EXPECT_EQ(ask("FROM * | EVAL double = price * 2, more = double + 1 | SORT price | LIMIT 2 | "
                  "KEEP double, more"),
              "double|more;20.0|21.0;40.0|41.0");
    EXPECT_EQ(ask("FROM * | KEEP price | SORT price DESC | LIMIT 3"), "price;null;60.0;50.0");
    EXPECT_EQ(ask("FROM * | KEEP price | SORT price DESC NULLS LAST | LIMIT 1"), "price;60.0");
    EXPECT_EQ(ask("FROM * | KEEP price | SORT price NULLS FIRST | LIMIT 2"), "price;null;10.0");
    EXPECT_EQ(ask("FROM * | SORT level, price DESC NULLS LAST | KEEP level, price | LIMIT 4"),
              "level|price;ERROR|60.0;ERROR|null;INFO|50.0;INFO|30.0");
    EXPECT_EQ(ask("FROM * METADATA _id | SORT @timestamp | LIMIT 2 | KEEP _id"), "_id;r0;r1");
    EXPECT_EQ(ask("FROM * METADATA _id | SORT @timestamp DESC | WHERE price < 55 | LIMIT 2 | "
                  "KEEP _id"),
              "_id;r4;r2");
    EXPECT_EQ(ask("FROM * METADATA _id | SORT -price | KEEP _id | LIMIT 2"), "_id;r5;r4");
    EXPECT_EQ(ask("FROM * | LIMIT 0 | KEEP level"), "level");
    EXPECT_EQ(ask("FROM * | EVAL price = level | KEEP price, status_code | LIMIT 1"),
              "price|status_code;ERROR|450");
    EXPECT_EQ(ask("FROM * | EVAL status_code % 7 | KEEP `status_code % 7` | LIMIT 1"),
              "status_code % 7;2");
}

TEST(Commands, KeepDropRename) {
    EXPECT_EQ(ask("FROM * | KEEP p*, level, * | LIMIT 0"),
              "price|level|@timestamp|message|service_name|status_code|tags");
    EXPECT_EQ(ask("FROM * | KEEP timestamp, log.level | LIMIT 1"),
              "timestamp|log.level;2026-11-24T09:15:30.000Z|ERROR");
    EXPECT_EQ(ask("FROM * | DROP *e, s*, @timestamp | LIMIT 1"), "level|tags;ERROR|a");
    EXPECT_EQ(ask("FROM * | RENAME level AS l, price AS tags | KEEP l, tags | LIMIT 1"),
              "l|tags;ERROR|60.0");
    EXPECT_EQ(ask("FROM * | RENAME l = level | KEEP l | LIMIT 1"), "l;ERROR");
    EXPECT_EQ(ask("FROM * | KEEP levl"),
              "verification 1:15: Unknown column [levl], did you mean [level]?");
    EXPECT_EQ(ask("FROM * | DROP level | KEEP level"), "verification 1:28: Unknown column [level]");
    EXPECT_EQ(ask("FROM * | DROP x*"), "verification 1:15: No matches found for pattern [x*]");
}

TEST(Commands, StatsGroups) {
    EXPECT_EQ(ask("FROM * | STATS COUNT(*)"), "COUNT(*);6");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(), COUNT(price), SUM(status_code), a = AVG(price)"),
              "n|COUNT(price)|SUM(status_code)|a;6|5|1950|34.0");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY level | SORT level"),
              "n|level;2|ERROR;3|INFO;1|WARN");
    EXPECT_EQ(ask("FROM * | WHERE level != \"WARN\" | STATS lo = MIN(price), hi = MAX(price), "
                  "MEDIAN(price) BY service_name | SORT service_name"),
              "lo|hi|MEDIAN(price)|service_name;50.0|50.0|50.0|CRM API;30.0|30.0|30.0|MES API;"
              "10.0|60.0|35.0|Shop API");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY tags | SORT tags"), "n|tags;6|a;1|b");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY price | SORT price | LIMIT 2"),
              "n|price;1|10.0;1|20.0");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY price | WHERE price IS NULL"), "n|price;1|null");
    EXPECT_EQ(ask("FROM * | STATS x = ROUND(SUM(price) / COUNT(*), 1) + 1"), "x;29.3");
    EXPECT_EQ(ask("FROM * | STATS e = COUNT(*) WHERE level == \"ERROR\", COUNT(*)"),
              "e|COUNT(*);2|6");
    EXPECT_EQ(ask("FROM * | STATS COUNT_DISTINCT(level), v = MV_SORT(VALUES(level)), "
                  "t = TOP(status_code, 2, \"desc\")"),
              "COUNT_DISTINCT(level)|v|t;3|[ERROR,INFO,WARN]|[450,400]");
    EXPECT_EQ(ask("FROM * | STATS MIN(level), MAX(@timestamp), p = PERCENTILE(price, 100), "
                  "s = ROUND(STD_DEV(price), 3)"),
              "MIN(level)|MAX(@timestamp)|p|s;ERROR|2026-11-24T09:15:30.000Z|60.0|18.547");
    EXPECT_EQ(ask("FROM * | STATS BY level | SORT level"), "level;ERROR;INFO;WARN");
    EXPECT_EQ(ask("FROM * | WHERE level == \"NONE\" | STATS COUNT(*), SUM(price)"),
              "COUNT(*)|SUM(price);0|null");
    EXPECT_EQ(ask("FROM * | WHERE tags == \"a\" | STATS COUNT(*)"), "COUNT(*);5");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY l = TO_LOWER(level), level | SORT l | LIMIT 1"),
              "n|l|level;2|error|ERROR");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY level | STATS MAX(n), COUNT(*)"),
              "MAX(n)|COUNT(*);3|3");
}

TEST(Commands, StatsByTime) {
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY t = BUCKET(@timestamp, 2 hours) | SORT t"),
              "n|t;2|2026-11-24T04:00:00.000Z;2|2026-11-24T06:00:00.000Z;"
              "2|2026-11-24T08:00:00.000Z");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY t = DATE_TRUNC(1 week, @timestamp)"),
              "n|t;6|2026-11-23T00:00:00.000Z");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY t = DATE_TRUNC(1 month, @timestamp)"),
              "n|t;6|2026-11-01T00:00:00.000Z");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY t = BUCKET(@timestamp, 10, "
                  "\"2026-11-24T00:00:00Z\", \"2026-11-25T00:00:00Z\") | SORT t"),
              "n|t;2|2026-11-24T03:00:00.000Z;3|2026-11-24T06:00:00.000Z;"
              "1|2026-11-24T09:00:00.000Z");
    EXPECT_EQ(ask("FROM * | STATS n = COUNT(*) BY b = BUCKET(price, 25) | SORT b"),
              "n|b;2|0.0;1|25.0;2|50.0;1|null");
}

TEST(Commands, StatsFailures) {
    EXPECT_EQ(ask("FROM * | STATS price"),
              "verification 1:16: expected an aggregate function but found [price]");
    EXPECT_EQ(ask("FROM * | STATS x = SUM(price) + status_code"),
              "verification 1:33: column [status_code] must appear in the STATS BY clause or be "
              "used in an aggregate function");
    EXPECT_EQ(ask("FROM * | STATS SUM(level)"),
              "verification 1:16: argument of [SUM(level)] must be [numeric], found value [level] "
              "type [keyword]");
    EXPECT_EQ(
        ask("FROM * | EVAL x = SUM(price)"),
        "verification 1:19: aggregate function [SUM(price)] not allowed outside STATS command");
    EXPECT_THAT(ask("FROM * | STATS PERCENTILE(price, 101)"), HasSubstr("between 0 and 100"));
    EXPECT_THAT(ask("FROM * | STATS TOP(price, 0, \"asc\")"), HasSubstr("Limit must be"));
}

TEST(Commands, ExpandsSeveralValues) {
    EXPECT_EQ(ask("FROM * METADATA _id | KEEP _id, tags | MV_EXPAND tags | SORT _id, tags | "
                  "LIMIT 3"),
              "_id|tags;r0|a;r1|a;r1|b");
    EXPECT_EQ(ask("ROW a = [1, 2, 3], b = \"x\" | MV_EXPAND a | LIMIT 2"), "a|b;1|x;2|x");
    EXPECT_EQ(ask("ROW a = null | MV_EXPAND a"), "a;null");
}

TEST(Commands, CutsTexts) {
    EXPECT_EQ(ask("FROM * | SORT @timestamp | DISSECT message \"order %{number} %{what}\" | "
                  "EVAL next = number::int + 1 | KEEP number, what, next | LIMIT 2"),
              "number|what|next;0|done|1;1|done|2");
    EXPECT_EQ(ask("ROW a = \"1 2 3\" | DISSECT a \"%{+x} %{+x} %{y}\" APPEND_SEPARATOR=\"-\""),
              "a|x|y;1 2 3|1-2|3");
    EXPECT_EQ(ask("ROW a = \"1 2 3\" | DISSECT a \"%{+x} %{+x} %{y}\""), "a|x|y;1 2 3|12|3");
    EXPECT_EQ(ask("ROW a = \"other\", x = 1 | DISSECT a \"%{x}:%{y}\""), "a|x|y;other|null|null");
    EXPECT_EQ(ask("ROW a = \"10.0.0.1 GET 200 0.5\" | GROK a \"%{IP:ip} %{WORD:verb} "
                  "%{INT:status:int} %{NUMBER:time:float}\" | EVAL b = status + 1 | DROP a"),
              "ip|verb|status|time|b;10.0.0.1|GET|200|0.5|201");
    EXPECT_EQ(ask("ROW a = \"x y\" | GROK a \"%{WORD:w} %{WORD:w}\""), "a|w;x y|[x,y]");
    EXPECT_EQ(ask("ROW a = null | GROK a \"%{WORD:w}\""), "a|w;null|null");
    EXPECT_THAT(ask("ROW a = \"x\" | GROK a \"%{NOPE:w}\""),
                HasSubstr("1:22: Invalid GROK pattern [%{NOPE:w}]"));
    EXPECT_THAT(ask("ROW a = \"x\" | DISSECT a \"%{a\""), HasSubstr("Invalid pattern for dissect"));
    EXPECT_THAT(ask("ROW a = 1 | DISSECT a \"%{b}\""), HasSubstr("only supports KEYWORD or TEXT"));
    EXPECT_THAT(ask("ROW a = \"x\" | DISSECT a \"%{b}\" x = \"y\""), HasSubstr("Invalid option"));
}

TEST(Commands, LimitsOfAnswers) {
    std::vector<Row> many(1500);
    for (std::size_t at = 0; at < many.size(); ++at) {
        many[at].sequence = at + 1;
        many[at].time = now + static_cast<base::Nanos>(at);
        many[at].with("number", Value(static_cast<std::int64_t>(at)));
    }
    const Searcher searcher = searcher_over(many);
    const auto rows = [&](const std::string& query) {
        const std::string text = answer(searcher, query);
        return std::count(text.begin(), text.end(), ';');
    };
    EXPECT_EQ(rows("FROM * | KEEP number"), 1000);
    EXPECT_EQ(rows("FROM * | KEEP number | LIMIT 1200"), 1200);
    EXPECT_EQ(rows("FROM * | LIMIT 20000 | KEEP number"), 1500);
    EXPECT_EQ(rows("FROM * | STATS COUNT(*) BY number"), 1000);
    EXPECT_THAT(answer(searcher, "FROM * | SORT number | KEEP number | LIMIT 1400", {}, 10'000),
                HasSubstr("run the query needs more than 10000 bytes of memory"));
    EXPECT_THAT(answer(searcher, "FROM * | STATS VALUES(number) BY number", {}, 10'000),
                HasSubstr("raise query.esql_memory"));
    // A sort with a limit holds no more than that.
    EXPECT_EQ(answer(searcher, "FROM * | SORT number DESC | KEEP number | LIMIT 2", {}, 400'000),
              "number;1499;1498");
}

TEST(Commands, KnowsTheScope) {
    auto scope = Scope::limited(storage::Predicate::equals_text("level", "INFO"), {"price"});
    const Searcher limited = searcher_over(orders(), scope);
    EXPECT_EQ(answer(limited, "FROM * METADATA _id | SORT _id | KEEP _id"), "_id;r0;r2;r4");
    EXPECT_EQ(answer(limited, "FROM * | STATS COUNT(*)"), "COUNT(*);3");
    EXPECT_THAT(answer(limited, "FROM * | KEEP price"), HasSubstr("Unknown column [price]"));
    EXPECT_EQ(answer(limited, "FROM * | WHERE KQL(\"price > 0\") | STATS COUNT(*)"), "COUNT(*);0");
}

TEST(Commands, StopsWhenTold) {
    std::stop_source source;
    source.request_stop();
    const Searcher stopped = searcher_over(orders(), Scope::everything(), source.get_token());
    EXPECT_THAT(answer(stopped, "FROM * | EVAL x = 1"), HasSubstr("cancelled"));
    EXPECT_THAT(answer(stopped, "FROM * | STATS COUNT(*)"), HasSubstr("cancelled"));
}

TEST(Commands, TakesParameters) {
    Literal level;
    level.kind = Literal::Kind::text;
    level.text = "ERROR";
    Literal limit;
    limit.kind = Literal::Kind::integer;
    limit.integer = 1;
    const Searcher searcher = searcher_over(orders());
    EXPECT_EQ(answer(searcher, "FROM * | WHERE level == ? | KEEP level | LIMIT ?",
                     {{"", level}, {"", limit}}),
              "level;ERROR");
    EXPECT_EQ(answer(searcher, "FROM * | WHERE level == ?2 | KEEP level | LIMIT ?1",
                     {{"", limit}, {"", level}}),
              "level;ERROR");
    EXPECT_EQ(answer(searcher, "FROM * | WHERE level == ?l | KEEP level | LIMIT 1", {{"l", level}}),
              "level;ERROR");
    EXPECT_EQ(answer(searcher, "FROM * | WHERE level == ?x"),
              "parsing 1:25: Unknown query parameter [x]");
}

}  // namespace
}  // namespace query::esql::testing
