#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "query/esql/aggregate.h"
#include "query/esql/esql_test.h"
#include "query/esql/function.h"

namespace query::esql::testing {
namespace {

using ::testing::HasSubstr;

TEST(Functions, Arithmetic) {
    EXPECT_EQ(value("7 / 2"), "3");
    EXPECT_EQ(value("-7 / 2"), "-3");
    EXPECT_EQ(value("7 / 2.0"), "3.5");
    EXPECT_EQ(value("7 % 4 * 2 + 1"), "7");
    EXPECT_EQ(value("2 * (3 - 5)"), "-4");
    EXPECT_EQ(value("1 / 0"), "null");
    EXPECT_EQ(value("2147483647 + 1"), "null");
    EXPECT_EQ(value("2147483648 + 1"), "2147483649");
    EXPECT_EQ(value("9223372036854775807 + 1"), "null");
    EXPECT_EQ(value("-(1 + null)"), "null");
    EXPECT_EQ(type("1 + 2"), "integer");
    EXPECT_EQ(type("1 + 3000000000"), "long");
    EXPECT_EQ(type("1 + 2.0"), "double");
    EXPECT_EQ(value("1.0E10 * 3"), "3.0E10");
    EXPECT_THAT(value("1 + \"a\""),
                HasSubstr("[+] has arguments with incompatible types [integer] and [keyword]"));
}

TEST(Functions, LogicOfThreeValues) {
    EXPECT_EQ(value("null AND false"), "false");
    EXPECT_EQ(value("null AND true"), "null");
    EXPECT_EQ(value("null OR true"), "true");
    EXPECT_EQ(value("NOT null"), "null");
    EXPECT_EQ(value("1 == null"), "null");
    EXPECT_EQ(value("1 IN (2, null)"), "null");
    EXPECT_EQ(value("1 IN (1, null)"), "true");
    EXPECT_EQ(value("[1, 2] == 1"), "null");
    EXPECT_EQ(value("null IS NULL"), "true");
    EXPECT_EQ(value("1 == 1.0 AND \"a\" < \"b\""), "true");
    EXPECT_THAT(value("1 == \"1\""), HasSubstr("is [numeric] so second argument must also be"));
    EXPECT_EQ(value("CASE(1 > 2, \"a\", 2 > 1, \"b\", \"c\")"), "b");
    EXPECT_EQ(value("CASE(false, 1)"), "null");
    EXPECT_EQ(value("CASE(null, 1, 2)"), "2");
    EXPECT_EQ(value("COALESCE(null, 3, 4)"), "3");
    EXPECT_EQ(value("GREATEST(1, 5, 3)"), "5");
    EXPECT_EQ(value("LEAST(\"b\", \"a\")"), "a");
    EXPECT_EQ(value("GREATEST(1, null)"), "null");
}

TEST(Functions, Mathematics) {
    EXPECT_EQ(value("ABS(-3)"), "3");
    EXPECT_EQ(value("ROUND(2.5)"), "3.0");
    EXPECT_EQ(value("ROUND(-2.345, 2)"), "-2.35");
    EXPECT_EQ(value("ROUND(1250, -2)"), "1300");
    EXPECT_EQ(value("CEIL(1.1) + FLOOR(-1.1)"), "0.0");
    EXPECT_EQ(value("SQRT(16)"), "4.0");
    EXPECT_EQ(value("SQRT(-1)"), "null");
    EXPECT_EQ(value("POW(2, 10)"), "1024.0");
    EXPECT_EQ(value("LOG10(1000)"), "3.0");
    EXPECT_EQ(value("LOG(2, 8)"), "3.0");
    EXPECT_EQ(value("LOG(0)"), "null");
    EXPECT_EQ(value("ROUND(EXP(1) - E(), 9)"), "0.0");
    EXPECT_EQ(value("SIGNUM(-4)"), "-1.0");
    EXPECT_EQ(value("HYPOT(3, 4)"), "5.0");
    EXPECT_EQ(value("ROUND(PI(), 4)"), "3.1416");
}

TEST(Functions, Texts) {
    EXPECT_EQ(value("CONCAT(\"a\", \"-\", \"b\")"), "a-b");
    EXPECT_EQ(value("CONCAT(\"a\", null)"), "null");
    EXPECT_EQ(value("LENGTH(\"Заказ\")"), "5");
    EXPECT_EQ(value("BYTE_LENGTH(\"Заказ\")"), "10");
    EXPECT_EQ(value("SUBSTRING(\"Заказ 17\", 2, 3)"), "ака");
    EXPECT_EQ(value("SUBSTRING(\"hello\", -3)"), "llo");
    EXPECT_EQ(value("SUBSTRING(\"hello\", 9)"), "");
    EXPECT_EQ(value("LEFT(\"hello\", 2)"), "he");
    EXPECT_EQ(value("RIGHT(\"hello\", 2)"), "lo");
    EXPECT_EQ(value("TO_UPPER(\"straße заказ\")"), "STRAßE ЗАКАЗ");
    EXPECT_EQ(value("TO_LOWER(\"ÄB\")"), "äb");
    EXPECT_EQ(value("TRIM(\"  a b \")"), "a b");
    EXPECT_EQ(value("CONCAT(LTRIM(\" a \"), \"|\", RTRIM(\" a \"))"), "a | a");
    EXPECT_EQ(value("REPLACE(\"a1b22\", \"[0-9]+\", \"#\")"), "a#b#");
    EXPECT_EQ(value("REPLACE(\"John Smith\", \"(\\\\w+) (\\\\w+)\", \"$2 $1\")"), "Smith John");
    EXPECT_THAT(value("REPLACE(\"a\", \"(\", \"\")"), HasSubstr("Invalid regex pattern"));
    EXPECT_EQ(value("SPLIT(\"a;b;;c\", \";\")"), "[a,b,,c]");
    EXPECT_EQ(value("STARTS_WITH(\"abc\", \"ab\") AND ENDS_WITH(\"abc\", \"bc\")"), "true");
    EXPECT_EQ(value("LOCATE(\"заказ\", \"к\")"), "3");
    EXPECT_EQ(value("LOCATE(\"aXbX\", \"X\", 3)"), "4");
    EXPECT_EQ(value("LOCATE(\"a\", \"b\")"), "0");
    EXPECT_EQ(value("REPEAT(\"ab\", 3)"), "ababab");
    EXPECT_EQ(value("REVERSE(\"абв\")"), "вба");
    EXPECT_EQ(value("FROM_BASE64(TO_BASE64(\"hi\"))"), "hi");
    EXPECT_EQ(value("\"foobar\" LIKE \"foo*\" AND \"a*b\" LIKE \"\"\"a\\*b\"\"\""), "true");
    EXPECT_EQ(value("\"foobar\" RLIKE \"foo.{3}\""), "true");
    EXPECT_EQ(value("\"\"\"a \"quoted\" text\"\"\""), "a \"quoted\" text");
    EXPECT_THAT(value("LENGTH(1)"),
                HasSubstr("argument of [LENGTH(1)] must be [string], found value [1] type "
                          "[integer]"));
}

TEST(Functions, Dates) {
    const std::string date = "TO_DATETIME(\"2026-11-24T10:15:30.123Z\")";
    EXPECT_EQ(value(date), "2026-11-24T10:15:30.123Z");
    EXPECT_EQ(type(date), "date");
    EXPECT_EQ(value("NOW()"), "2026-11-24T10:15:30.000Z");
    EXPECT_EQ(value("DATE_TRUNC(1 hour, " + date + ")"), "2026-11-24T10:00:00.000Z");
    EXPECT_EQ(value("DATE_TRUNC(1 week, " + date + ")"), "2026-11-23T00:00:00.000Z");
    EXPECT_EQ(value("DATE_TRUNC(1 quarter, " + date + ")"), "2026-10-01T00:00:00.000Z");
    EXPECT_EQ(value("DATE_TRUNC(1 year, \"1969-05-05\"::date)"), "1969-01-01T00:00:00.000Z");
    EXPECT_EQ(value("DATE_EXTRACT(\"month_of_year\", " + date + ")"), "11");
    EXPECT_EQ(value("DATE_EXTRACT(\"DAY_OF_WEEK\", " + date + ")"), "2");
    EXPECT_EQ(value("DATE_EXTRACT(\"day_of_year\", " + date + ")"), "328");
    EXPECT_EQ(value("DATE_DIFF(\"hours\", \"2026-11-23T12:00:00Z\", " + date + ")"), "22");
    EXPECT_EQ(value("DATE_DIFF(\"month\", \"2026-01-31\", \"2026-03-30\")"), "1");
    EXPECT_EQ(value("DATE_FORMAT(\"yyyy-MM-dd HH:mm\", " + date + ")"), "2026-11-24 10:15");
    EXPECT_EQ(value("DATE_PARSE(\"dd/MM/yyyy\", \"24/11/2026\")"), "2026-11-24T00:00:00.000Z");
    EXPECT_EQ(value(date + " + 1 month - 3 days"), "2026-12-21T10:15:30.123Z");
    EXPECT_EQ(value("\"2026-01-31\"::date + 1 month"), "2026-02-28T00:00:00.000Z");
    EXPECT_EQ(value(date + " > \"2026-11-24\""), "true");
    EXPECT_THAT(value(date + " > \"soon\""), HasSubstr("Cannot convert string [soon]"));
    EXPECT_THAT(value("DATE_EXTRACT(\"moon\", NOW())"), HasSubstr("invalid date field"));
}

TEST(Functions, Conversions) {
    EXPECT_EQ(value("\"42\"::integer + 1"), "43");
    EXPECT_EQ(value("TO_INTEGER(\"2.6\")"), "3");
    EXPECT_EQ(value("TO_INTEGER(3000000000)"), "null");
    EXPECT_EQ(value("TO_LONG(TO_DATETIME(\"1970-01-01T00:00:01Z\"))"), "1000");
    EXPECT_EQ(value("TO_DATETIME(1000)"), "1970-01-01T00:00:01.000Z");
    EXPECT_EQ(value("TO_DOUBLE(\"1e3\")"), "1000.0");
    EXPECT_EQ(value("TO_DOUBLE(\"x\")"), "null");
    EXPECT_EQ(value("TO_BOOLEAN(\"TRUE\")"), "true");
    EXPECT_EQ(value("TO_STRING([1, 2])"), "[1,2]");
    EXPECT_EQ(value("TO_STRING(1.5) == \"1.5\""), "true");
    EXPECT_EQ(value("TO_IP(\"10.0.0.1\") == \"10.0.0.1\""), "true");
    EXPECT_EQ(value("CIDR_MATCH(TO_IP(\"10.1.2.3\"), \"192.168.0.0/16\", \"10.0.0.0/8\")"), "true");
    EXPECT_EQ(value("CIDR_MATCH(TO_IP(\"11.1.2.3\"), \"10.0.0.0/8\")"), "false");
    EXPECT_EQ(type("1::long"), "long");
    EXPECT_THAT(value("1::moon"), HasSubstr("Unknown data type named [moon]"));
}

TEST(Functions, SeveralValues) {
    const std::string several = "[3, 1, 3, 2]";
    EXPECT_EQ(value("MV_COUNT(" + several + ")"), "4");
    EXPECT_EQ(value("MV_FIRST(" + several + ") + MV_LAST(" + several + ")"), "5");
    EXPECT_EQ(value("MV_MIN(" + several + ")"), "1");
    EXPECT_EQ(value("MV_MAX(" + several + ")"), "3");
    EXPECT_EQ(value("MV_SUM(" + several + ")"), "9");
    EXPECT_EQ(value("MV_AVG(" + several + ")"), "2.25");
    EXPECT_EQ(value("MV_MEDIAN(" + several + ")"), "2");
    EXPECT_EQ(value("MV_DEDUPE(" + several + ")"), "[3,1,2]");
    EXPECT_EQ(value("MV_SORT(" + several + ", \"DESC\")"), "[3,3,2,1]");
    EXPECT_EQ(value("MV_SLICE(" + several + ", 1, 2)"), "[1,3]");
    EXPECT_EQ(value("MV_SLICE(" + several + ", -1)"), "2");
    EXPECT_EQ(value("MV_CONCAT([\"a\", \"b\"], \", \")"), "a, b");
    EXPECT_EQ(value("MV_APPEND([1, 2], 3)"), "[1,2,3]");
    EXPECT_EQ(value("MV_PERCENTILE([1, 2, 3], 50)"), "2.0");
    EXPECT_EQ(value("MV_COUNT(null)"), "null");
    EXPECT_EQ(value("LENGTH([\"a\", \"b\"])"), "null");
}

TEST(Functions, WarnOfValuesThatCannotBe) {
    Request request;
    request.text = "ROW a = [1, 0]\n| MV_EXPAND a | EVAL b = 1 / a, c = CASE(a == 0, 0, 1 / a)";
    const auto table = run(request, searcher_over({}), event::Catalog::built_in());
    ASSERT_TRUE(table);
    EXPECT_EQ(text_of(table.value()), "a|b|c;1|1|1;0|null|0");
    EXPECT_THAT(table.value().warnings,
                ::testing::ElementsAre("Line 2:26: evaluation of [1 / a] failed, treating result "
                                       "as null. Only first 20 failures recorded.",
                                       "Line 2:26: java.lang.ArithmeticException: / by zero"));
}

TEST(Parser, SaysWhereItFails) {
    const Searcher none = searcher_over({});
    const auto fails = [&](const std::string& text) { return answer(none, text); };
    EXPECT_EQ(fails("FRO x"), "parsing 1:1: mismatched input 'FRO' expecting {'from', 'row'}");
    EXPECT_THAT(fails("ROW a = 1 |\n  EVL b = 2"), HasSubstr("2:3: mismatched input 'EVL'"));
    EXPECT_EQ(fails("ROW a = 1 | LIMIT x"),
              "parsing 1:19: mismatched input 'x' expecting an integer");
    EXPECT_EQ(fails("ROW a = (1"), "parsing 1:11: mismatched input '<EOF>' expecting ')'");
    EXPECT_THAT(fails("ROW a = \"x"), HasSubstr("1:9: token recognition error"));
    EXPECT_THAT(fails("ROW a = 1 | ENRICH p"), HasSubstr("[enrich] is not supported"));
    EXPECT_THAT(fails("ROW a = 1 | EVAL b = FOO(a)"), HasSubstr("1:22: Unknown function [foo]"));
    EXPECT_THAT(fails("ROW a = LENGHT(\"x\")"), HasSubstr("did you mean [length]?"));
    EXPECT_THAT(fails("ROW a = LENGTH()"), HasSubstr("expects exactly 1 argument, found 0"));
    EXPECT_THAT(fails(""), HasSubstr("mismatched input '<EOF>'"));
    EXPECT_THAT(fails("ROW é = 1"), HasSubstr("1:5: "));
    std::string deep = "ROW a = ";
    for (int at = 0; at < 5000; ++at) deep += "(";
    EXPECT_THAT(fails(deep), HasSubstr("at most 100 deep"));
    std::string chain = "ROW a = 1";
    for (int at = 0; at < 5000; ++at) chain += "+1";
    EXPECT_THAT(fails(chain), HasSubstr("at most 100 deep"));
    std::string wide = "ROW a = true";
    for (int at = 0; at < 5000; ++at) wide += " or true";
    EXPECT_EQ(answer(none, wide), "a;true");
    EXPECT_EQ(answer(none, "/* a */ ROW `a b` = 1 // c\n| EVAL `c``d` = `a b` + 1"), "a b|c`d;1|2");
}

TEST(Functions, AreAllInTheReference) {
    std::ifstream file(ORDERTRAIL_SOURCE_DIR "/docs/reference/esql.md");
    std::stringstream page;
    page << file.rdbuf();
    std::vector<std::string_view> names = function_names();
    for (const std::string_view name : aggregate_names()) names.push_back(name);
    for (const std::string_view name : names) {
        std::string upper;
        for (const char c : name)
            upper.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        if (upper == "LIKE" || upper == "RLIKE" || upper == "IN" || upper == "AND" ||
            upper == "OR" || upper == "NOT" || upper == "NEG" || upper.starts_with("IS_"))
            continue;
        EXPECT_THAT(page.str(), HasSubstr("`" + upper + "`"));
    }
}

}  // namespace
}  // namespace query::esql::testing
