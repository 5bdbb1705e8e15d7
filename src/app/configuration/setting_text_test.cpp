#include "app/configuration/setting_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace app {
namespace {

using testing::HasSubstr;

TEST(SettingText, BytesTakeUnits) {
    EXPECT_EQ(parse_bytes("4096").value(), 4096u);
    EXPECT_EQ(parse_bytes(" 64MiB ").value(), 64u << 20);
    EXPECT_EQ(parse_bytes("64 mib").value(), 64u << 20);
    EXPECT_EQ(parse_bytes("100MB").value(), 100'000'000u);
    EXPECT_EQ(parse_bytes("2GiB").value(), 2ULL << 30);
}

TEST(SettingText, BytesRefuseWhatIsNoSize) {
    for (const char* text :
         {"", "MiB", "-1", "1.5MiB", "10 Mib s", "99999999999TiB", "18446744073709551616"}) {
        EXPECT_FALSE(parse_bytes(text)) << text;
    }
    EXPECT_THAT(parse_bytes("much").error().message, HasSubstr("expected a size such as"));
    EXPECT_THAT(parse_bytes("much").error().message, HasSubstr("'much'"));
}

TEST(SettingText, BytesTextReadsBack) {
    for (const std::uint64_t bytes :
         {0ULL, 1000ULL, 1ULL << 10, 100ULL << 20, 3ULL << 40, (1ULL << 30) + 1}) {
        EXPECT_EQ(parse_bytes(bytes_text(bytes)).value(), bytes);
    }
    EXPECT_EQ(bytes_text(100ULL << 20), "100MiB");
}

TEST(SettingText, DurationsNeedAUnit) {
    EXPECT_EQ(parse_duration("30s").value(), 30 * base::second);
    EXPECT_EQ(parse_duration("500 ms").value(), 500 * base::millisecond);
    EXPECT_EQ(parse_duration("2d").value(), 2 * base::day);
    for (const char* text : {"30", "", "s", "5 minutes", "-1s", "999999999999d"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(SettingText, AddressesOfBothFamilies) {
    EXPECT_EQ(parse_address("127.0.0.1:9200").value().host, "127.0.0.1");
    EXPECT_EQ(parse_address("127.0.0.1:9200").value().port, 9200);
    EXPECT_EQ(parse_address("[::1]:80").value().host, "::1");
    EXPECT_EQ(parse_address(":0").value().host, "0.0.0.0");
    for (const char* text : {"", "9200", "127.0.0.1", "::1:80", "a:b", "a:70000", "a:80x"}) {
        EXPECT_FALSE(parse_address(text)) << text;
    }
}

TEST(SettingText, LevelRulesKeepTheirOrder) {
    const auto rules = parse_level_rules("*-prod=info, shop-* = Debug").value();
    ASSERT_EQ(rules.size(), 2u);
    EXPECT_EQ(rules[0].pattern, "*-prod");
    EXPECT_EQ(rules[0].level, "INFO");
    EXPECT_EQ(rules[1].pattern, "shop-*");
    EXPECT_EQ(rules[1].level, "DEBUG");
    EXPECT_TRUE(parse_level_rules("").value().empty());
    EXPECT_FALSE(parse_level_rules("*-prod"));
    EXPECT_FALSE(parse_level_rules("=info"));
    EXPECT_THAT(parse_level_rules("a=loud").error().message, HasSubstr("found 'loud'"));
}

TEST(SettingText, NearestForgivesSmallMistakesOnly) {
    const std::vector<std::string_view> names = {"limits.body_bytes", "data", "keys"};
    EXPECT_EQ(nearest("limits.bodybytes", names), "limits.body_bytes");
    EXPECT_EQ(nearest("dta", names), "data");
    EXPECT_EQ(nearest("nothing like it", names), "");
}

TEST(SettingText, PathRules) {
    const auto rules = parse_path_rules("/log/a*=MES DB, b = x=y").value();
    ASSERT_EQ(rules.size(), 2U);
    EXPECT_EQ(rules[0].pattern, "/log/a*");
    EXPECT_EQ(rules[0].value, "MES DB");
    EXPECT_EQ(rules[1].value, "x=y");
    EXPECT_TRUE(parse_path_rules(" ").value().empty());
    for (const auto* wrong : {"a", "=x", "a=", "a=x,,b=y"}) EXPECT_FALSE(parse_path_rules(wrong));
}

}  // namespace
}  // namespace app
