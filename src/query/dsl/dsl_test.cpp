#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/dsl/dsl_test.h"

namespace query::dsl::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Dsl, TermsFindKeywordsWholeAndTextsByTheirTokens) {
    EXPECT_EQ(found_by(R"({"term":{"service_name":"Shop API"}})"), "r0 r1 r2");
    EXPECT_EQ(found_by(R"({"term":{"service_name":"shop"}})"), "");
    EXPECT_EQ(found_by(R"({"term":{"message":"payment"}})"), "r0 r1");
    EXPECT_EQ(found_by(R"({"term":{"message":"Payment"}})"), "");
    EXPECT_EQ(found_by(R"({"term":{"message":{"value":"Payment","case_insensitive":true}}})"),
              "r0 r1");
    EXPECT_EQ(found_by(R"({"term":{"message":"plate.stl"}})"), "r3");
    EXPECT_EQ(found_by(R"({"term":{"details.colour.keyword":"Dark blue"}})"), "r0 r1");
    EXPECT_EQ(found_by(R"({"terms":{"status_code":[200,"203"]}})"), "r0 r3");
    EXPECT_EQ(found_by(R"({"ids":{"values":["r4","x"]}})"), "r4");
    EXPECT_EQ(found_by(R"({"term":{"nothing":1}})"), "");
}

TEST(Dsl, MatchesCountTokens) {
    EXPECT_EQ(found_by(R"({"match":{"message":"failed timeout"}})"), "r0 r1 r4");
    EXPECT_EQ(found_by(R"({"match":{"message":{"query":"payment FAILED","operator":"and"}}})"),
              "r0");
    EXPECT_EQ(found_by(R"({"match":{"message":
        {"query":"payment timeout order","minimum_should_match":2}}})"),
              "r1");
    EXPECT_EQ(found_by(R"({"match_phrase":{"message":"timeout queue"}})"), "r1");
    EXPECT_EQ(found_by(R"({"match_phrase":{"message":"queue timeout"}})"), "");
    EXPECT_EQ(found_by(R"({"match_phrase_prefix":{"message":"order 17 cre"}})"), "r2");
    EXPECT_EQ(found_by(R"({"match_phrase_prefix":{"message":"ord 17"}})"), "");
    EXPECT_EQ(
        found_by(R"({"multi_match":{"query":"blue заказ","fields":["message","details.*"]}})"),
        "r0 r1 r5");
}

TEST(Dsl, PatternsOfTextsFitSingleWordsInLowerCase) {
    EXPECT_EQ(found_by(R"({"wildcard":{"message":"pay*t"}})"), "r0 r1");
    EXPECT_EQ(found_by(R"({"wildcard":{"message":"pay*failed"}})"), "");
    EXPECT_EQ(found_by(R"({"wildcard":{"message":"Pay*"}})"), "");
    EXPECT_EQ(found_by(R"({"wildcard":{"service_name":"*P A*"}})"), "");
    EXPECT_EQ(found_by(R"({"wildcard":{"service_name":"*p A*"}})"), "r0 r1 r2");
    EXPECT_EQ(found_by(R"({"prefix":{"message":"fail"}})"), "r0 r4");
    EXPECT_EQ(found_by(R"({"prefix":{"service_name":{"value":"mes","case_insensitive":true}}})"),
              "r3 r4 r5");
    EXPECT_EQ(found_by(R"({"regexp":{"message":"f.*d"}})"), "r0 r4");
    EXPECT_EQ(found_by(R"({"regexp":{"service_name":"(Shop|CRM) A.{2}"}})"), "r0 r1 r2");
    EXPECT_THAT(found_by(R"({"wildcard":{"status_code":"2*"}})"),
                HasSubstr("which is of type [long]"));
    EXPECT_THAT(found_by(R"({"regexp":{"level":"~E"}})"), HasSubstr("not supported by Ordertrail"));
}

TEST(Dsl, RangesOfNumbersAndTimes) {
    EXPECT_EQ(found_by(R"({"range":{"response_time":{"gt":10,"lte":"40"}}})"), "r3 r4");
    EXPECT_EQ(found_by(R"({"range":{"@timestamp":{"gte":"now-2h"}}})"), "r0 r1 r2");
    EXPECT_EQ(found_by(R"({"range":{"timestamp":{"gt":"2026-11-24T08:15:30Z","lt":"now"}}})"),
              "r1");
    EXPECT_EQ(found_by(R"({"range":{"timestamp":{"lt":"2026-11-24T09:00","time_zone":"+03:00"}}})"),
              "r5");
    EXPECT_EQ(found_by(R"({"range":{"level":{"lt":"F"}}})"), "r0 r2 r4");
    EXPECT_THAT(found_by(R"({"range":{"response_time":{"gt":"many"}}})"),
                StartsWith("query_shard_exception"));
    EXPECT_THAT(found_by(R"({"range":{"timestamp":{"gt":"x"}}})"), StartsWith("parse_exception"));
    EXPECT_THAT(found_by(R"({"range":{"message":{"gt":"x"}}})"), HasSubstr("not supported"));
}

TEST(Dsl, BoolCountsItsShouldClauses) {
    const std::string error = R"({"term":{"level":"ERROR"}})";
    const std::string mes = R"({"term":{"service_name":"MES API"}})";
    const std::string slow = R"({"range":{"response_time":{"gte":30}}})";
    const std::string some = "[" + error + "," + mes + "," + slow + "]";
    EXPECT_EQ(found_by(R"({"bool":{"should":)" + some + "}}"), "r0 r2 r3 r4 r5");
    EXPECT_EQ(found_by(R"({"bool":{"should":)" + some + R"(,"minimum_should_match":2}})"),
              "r3 r4 r5");
    EXPECT_EQ(found_by(R"({"bool":{"should":)" + some + R"(,"minimum_should_match":"-1"}})"),
              "r3 r4 r5");
    EXPECT_EQ(found_by(R"({"bool":{"should":)" + some + R"(,"minimum_should_match":4}})"), "");
    EXPECT_EQ(found_by(R"({"bool":{"should":)" + some + R"(,"minimum_should_match":0}})"),
              "r0 r2 r3 r4 r5");
    EXPECT_EQ(found_by(R"({"bool":{"should":)" + some + R"(,"minimum_should_match":-9}})"),
              "r0 r2 r3 r4 r5");
    EXPECT_EQ(found_by(R"({"bool":{"filter":)" + mes + R"(,"should":)" + error + "}}"), "r3 r4 r5");
    EXPECT_EQ(found_by(R"({"bool":{"must_not":)" + some + "}}"), "r1");
    EXPECT_EQ(found_by(R"({"bool":{}})"), "r0 r1 r2 r3 r4 r5");
}

TEST(Dsl, PhrasesWithSlop) {
    const auto near = [](std::string_view words, int slop) {
        return found_by(fmt::format(
            R"({{"match_phrase":{{"message":{{"query":"{}","slop":{}}}}}}})", words, slop));
    };
    EXPECT_EQ(near("payment queue", 0), "");
    EXPECT_EQ(near("payment queue", 1), "r1");
    EXPECT_EQ(near("payment full", 1), "");
    EXPECT_EQ(near("timeout payment", 1), "");
    EXPECT_EQ(near("timeout payment", 2), "r1");
    EXPECT_EQ(near("failed", 3), "r0 r4");
    EXPECT_THAT(near("failed again failed", 1), HasSubstr("a word twice"));
    EXPECT_THAT(near("failed again", -1), HasSubstr("No negative slop"));
    EXPECT_EQ(found_by(R"({"multi_match":{"query":"payment queue","type":"phrase","slop":1,
        "fields":["message"]}})"),
              "r1");
}

TEST(Dsl, ExistenceOfFieldsAndObjects) {
    EXPECT_EQ(found_by(R"({"exists":{"field":"response_time"}})"), "r0 r1 r3 r4 r5");
    EXPECT_EQ(found_by(R"({"exists":{"field":"details"}})"), "r0 r1 r2 r3 r4 r5");
    EXPECT_EQ(found_by(R"({"exists":{"field":"note"}})"), "r0");
    EXPECT_EQ(found_by(R"({"exists":{"field":"nothing"}})"), "");
}

TEST(Dsl, WhatIsWrongOrMissingIsRefusedByName) {
    EXPECT_THAT(found_by(R"({"frob":{}})"), StartsWith("parsing_exception: unknown query [frob]"));
    EXPECT_THAT(found_by(R"({"fuzzy":{"message":"x"}})"), HasSubstr("[fuzzy] is not supported"));
    EXPECT_THAT(found_by(R"({"match":{"message":{"query":"x","fuzziness":"AUTO"}}})"),
                HasSubstr("[fuzziness]"));
    EXPECT_THAT(found_by(R"({"nested":{"path":"details","query":{"match_all":{}}}})"),
                HasSubstr("failed to find nested object under path [details]"));
    EXPECT_THAT(found(R"({"min_score":1})"), HasSubstr("[min_score] of a search is not supported"));
    EXPECT_THAT(found(R"({"sort":["_score"]})"), HasSubstr("not supported"));
    std::string deep = R"({"match_all":{}})";
    for (int at = 0; at < 40; ++at) deep = R"({"bool":{"filter":)" + deep + "}}";
    EXPECT_THAT(found_by(deep), StartsWith("x_content_parse_exception"));
    std::string many;
    for (int at = 0; at < 40; ++at)
        many += std::string(at > 0 ? "," : "") + R"({"term":{"level":"x"}})";
    EXPECT_THAT(found_by(R"({"bool":{"minimum_should_match":20,"should":[)" + many + "]}}"),
                HasSubstr("minimum_should_match of 20 among 40"));
}

TEST(Dsl, SmallRequestsDoNotBecomeHugeConditions) {
    std::string nested = R"({"term":{"level":"x"}})";
    for (int depth = 0; depth < 4; ++depth) {
        std::string list = nested;
        for (int at = 0; at < 20; ++at) list += R"(,{"term":{"order_id":"y"}})";
        nested = R"({"bool":{"minimum_should_match":2,"should":[)" + list + "]}}";
        for (int at = 0; at < 2; ++at) nested = R"({"bool":{"must":)" + nested + "}}";
    }
    EXPECT_EQ(found_by(nested), "");
    std::string wide;
    for (int at = 0; at < 40; ++at) {
        wide += at > 0 ? "," : "";
        std::string inner;
        for (int of = 0; of < 40; ++of)
            inner += std::string(of > 0 ? "," : "") + R"({"term":{"level":"x"}})";
        wide += R"({"bool":{"minimum_should_match":2,"should":[)" + inner + "]}}";
    }
    EXPECT_THAT(found_by(R"({"bool":{"minimum_should_match":2,"should":[)" + wide + "]}}"),
                HasSubstr("minimum_should_match of 2 among 40"));
    std::string words;
    for (int at = 0; at < 15000; ++at) words += "a ";
    EXPECT_THAT(found_by(R"({"query_string":{"query":")" + words +
                         R"(","lenient":true,"fields":["*","*","*"]}})"),
                StartsWith("too_many_clauses"));
}

}  // namespace
}  // namespace query::dsl::testing
