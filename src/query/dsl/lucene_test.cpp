#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/dsl/dsl_test.h"

namespace query::dsl::testing {
namespace {

using ::testing::HasSubstr;

std::string lucene(const std::string& text) {
    json::object query{{"query_string", json::object{{"query", text}}}};
    return found_by(json::serialize(query));
}

std::string simple(const std::string& text) {
    json::object query{
        {"simple_query_string", json::object{{"query", text}, {"fields", json::array{"message"}}}}};
    return found_by(json::serialize(query));
}

TEST(Lucene, FieldsAndOperators) {
    EXPECT_EQ(lucene("level:ERROR"), "r0 r2 r4");
    EXPECT_EQ(lucene("level:ERROR AND message:failed"), "r0 r4");
    EXPECT_EQ(lucene("level:ERROR && !message:failed"), "r2");
    EXPECT_EQ(lucene("message:(payment -failed)"), "r1");
    EXPECT_EQ(lucene("+message:payment +message:failed"), "r0");
    EXPECT_EQ(lucene("NOT level:ERROR"), "r1 r3 r5");
    // Lucene's operators have no precedence: AND makes the clauses at its sides mandatory.
    EXPECT_EQ(lucene("message:order OR message:payment AND message:failed"), "r0");
    EXPECT_EQ(lucene("message:order OR (message:payment AND message:failed)"), "r0 r2");
}

TEST(Lucene, ValuesOfEveryKind) {
    EXPECT_EQ(lucene("\"payment failed\""), "r0");
    EXPECT_EQ(lucene("pay*"), "r0 r1");
    EXPECT_EQ(lucene("message:/f.*d/"), "r0 r4");
    EXPECT_EQ(lucene("response_time:[10 TO 30}"), "r1");
    EXPECT_EQ(lucene("response_time:>=40"), "r4 r5");
    EXPECT_EQ(lucene("timestamp:[2026-11-24T09 TO *]"), "r0 r1");
    EXPECT_EQ(lucene("_exists_:note"), "r0");
    EXPECT_EQ(lucene("note:*"), "r0");
    EXPECT_EQ(lucene("service_name:Shop\\ API"), "r0 r1 r2");
    EXPECT_EQ(lucene("details.*:red"), "r2 r3 r4 r5");
    EXPECT_EQ(lucene("203"), "r3");
    EXPECT_EQ(lucene("*:*"), "r0 r1 r2 r3 r4 r5");
    EXPECT_EQ(lucene("\"second one\"^2"), "r0");
    EXPECT_EQ(lucene("message:\"payment queue\"~1^2"), "r1");
    EXPECT_EQ(lucene("message:\"payment queue\"~0"), "");
}

TEST(Lucene, MalformedTextsAreRefused) {
    for (const char* text : {"(a", "a)", "\"a", "level:", "AND", "a AND", "[1 TO", "[1 2]", "/a",
                             "response_time:>", "a^", "a:b:c", "{", "+"}) {
        EXPECT_THAT(lucene(text), HasSubstr("Failed to parse query")) << text;
    }
    EXPECT_THAT(lucene("roam~"), HasSubstr("not supported"));
    EXPECT_THAT(lucene(std::string(200, '(') + "a"), HasSubstr("nested too deep"));
}

TEST(SimpleQueryString, NeverFailsForWhatIsTyped) {
    EXPECT_EQ(simple("payment failed"), "r0 r1 r4");
    EXPECT_EQ(simple("payment + failed"), "r0");
    EXPECT_EQ(simple("payment + -failed"), "r1");
    EXPECT_EQ(simple("payment + (failed | timeout)"), "r0 r1");
    EXPECT_EQ(simple("\"queue full\""), "r1");
    EXPECT_EQ(simple("creat*"), "r2");
    for (const char* text : {"((payment", "\"payment", "+payment|", "payment)", "- + payment"})
        EXPECT_NE(simple(text).find("r"), std::string::npos) << text;
}

}  // namespace
}  // namespace query::dsl::testing
