#include "event/index_name.h"

#include <gtest/gtest.h>

#include "event/schema.h"

namespace event {
namespace {

TEST(IndexName, RefusesWhatElasticsearchRefuses) {
    for (const char* name :
         {"", "_all", "-x", "+x", "a b", "a*", "a/b", "a\\b", "A", ".", "..", "a,b", "a#b"}) {
        EXPECT_FALSE(check_index_name(name)) << name;
    }
    for (const char* name : {"shop-prod", "logs-2026.11.24", "заказы-prod", ".hidden"}) {
        EXPECT_TRUE(check_index_name(name)) << name;
    }
    EXPECT_FALSE(check_index_name(std::string(256, 'a')));
}

TEST(IndexName, SlugsAndEnvironments) {
    EXPECT_EQ(slug_of("Shop API"), "shop-api");
    EXPECT_EQ(slug_of("  MES / DB! "), "mes-db");
    EXPECT_EQ(environment_of("shop-prod"), "prod");
    EXPECT_EQ(environment_of("shop"), "");
}

TEST(IndexPattern, IncludesAndExcludes) {
    const IndexPattern pattern("shop-*, mes-prod,-shop-test");
    EXPECT_TRUE(pattern.matches("shop-prod"));
    EXPECT_TRUE(pattern.matches("mes-prod"));
    EXPECT_FALSE(pattern.matches("shop-test"));
    EXPECT_FALSE(pattern.matches("crm-prod"));
    EXPECT_TRUE(IndexPattern().matches("anything"));
    EXPECT_TRUE(IndexPattern("_all").matches("anything"));
    EXPECT_TRUE(IndexPattern("*,-a").matches("b"));
}

TEST(IndexPattern, FindsHiddenIndicesOnlyWhenAskedForThem) {
    for (const char* text : {"", "*", "_all", "*spans*", "?spans-prod", "-shop", "shop"}) {
        EXPECT_FALSE(IndexPattern(text).matches(".spans-prod")) << text;
    }
    EXPECT_FALSE(IndexPattern().matches(".spans-prod"));
    for (const char* text : {".spans-prod", ".spans*", ".*", "*,.spans-*"}) {
        EXPECT_TRUE(IndexPattern(text).matches(".spans-prod")) << text;
    }
    EXPECT_FALSE(IndexPattern(".*,-*-prod").matches(".spans-prod"));
    EXPECT_TRUE(IndexPattern(every_index).matches(".spans-prod"));
    EXPECT_TRUE(IndexPattern(every_index).matches("shop-prod"));
}

TEST(Wildcard, BacktracksWithoutBlowingUp) {
    EXPECT_TRUE(fits_wildcard("abcabc", "a*c"));
    EXPECT_TRUE(fits_wildcard("", "*"));
    EXPECT_FALSE(fits_wildcard("abc", "a?"));
    EXPECT_FALSE(fits_wildcard(std::string(5000, 'a'), "*a*a*a*a*a*a*a*b"));
}

TEST(Schema, ResolvesAliases) {
    EXPECT_EQ(unified_name("log.level"), "level");
    EXPECT_EQ(unified_name("additional_data.page"), "page");
    EXPECT_EQ(unified_name("additional_data.traceId"), "trace_id");
    EXPECT_EQ(unified_name("unknown.name"), "unknown.name");
}

TEST(Schema, IdsOfSequences) {
    for (const std::uint64_t sequence : {1ULL, 35ULL, 36ULL, 123456789ULL, ~0ULL}) {
        EXPECT_EQ(sequence_of(id_of(sequence)), sequence);
    }
    EXPECT_EQ(sequence_of("abc"), 0u);
    EXPECT_EQ(sequence_of("~zzzzzzzzzzzzzzzz"), 0u);
}

}  // namespace
}  // namespace event
