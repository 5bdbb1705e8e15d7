#include "query/dsl/hits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/dsl/dsl_test.h"

namespace query::dsl::testing {
namespace {

TEST(Hits, ComeInTheOrderAskedFor) {
    EXPECT_EQ(found("{}"), "r0 r1 r2 r3 r4 r5");  // the newest first
    EXPECT_EQ(found(R"({"sort":["timestamp"]})"), "r5 r4 r3 r2 r1 r0");
    EXPECT_EQ(found(R"({"sort":[{"@timestamp":{"order":"desc"}}],"size":2})"), "r0 r1");
    EXPECT_EQ(found(R"({"sort":[{"response_time":"desc"}]})"), "r5 r4 r3 r1 r0 r2");
    EXPECT_EQ(found(R"({"sort":[{"response_time":{"missing":"_first"}}],"size":2})"), "r2 r0");
    EXPECT_EQ(found(R"({"sort":["level",{"status_code":"desc"}],"from":1,"size":3})"), "r2 r0 r5");
    EXPECT_EQ(found(R"({"sort":[{"_doc":"desc"}],"size":1})"), "r5");
}

TEST(Hits, SearchAfterGoesOnBehindARow) {
    EXPECT_EQ(found(R"({"sort":["status_code"],"search_after":[203]})"), "r4 r5");
    EXPECT_EQ(found(R"({"sort":[{"timestamp":"desc"}],"search_after":[1795508130000]})"),
              "r3 r4 r5");
    EXPECT_EQ(found(R"({"sort":["level","_doc"],"search_after":["ERROR",3]})"), "r4 r1 r3 r5");
    // Behind the last one that has a value.
    EXPECT_EQ(found(R"({"sort":["response_time"],"search_after":[50]})"), "r2");
    EXPECT_EQ(found(R"({"sort":["response_time"],"search_after":["Infinity"]})"), "");
}

TEST(SourceFilter, TakesObjectsWithAllBelowThem) {
    const std::string source = R"({"a":{"b":1,"c":[{"d":2,"e":3}]},"f.g":4,"h":[]})";
    const auto filtered = [&](const std::string& filter) {
        return SourceFilter::of(json::parse(filter)).value().apply(source);
    };
    EXPECT_EQ(filtered(R"("a")"), R"({"a":{"b":1,"c":[{"d":2,"e":3}]}})");
    EXPECT_EQ(filtered(R"(["a.c.d","f*"])"), R"({"a":{"c":[{"d":2}]},"f.g":4})");
    EXPECT_EQ(filtered(R"({"excludes":["a.c","h"]})"), R"({"a":{"b":1},"f.g":4})");
    EXPECT_EQ(filtered(R"({"includes":"a","excludes":"*.e"})"), R"({"a":{"b":1,"c":[{"d":2}]}})");
    EXPECT_TRUE(SourceFilter::of(json::parse("false")).value().shows_none());
}

}  // namespace
}  // namespace query::dsl::testing
