#include "input/elasticsearch/filter_path.h"

#include <gtest/gtest.h>

namespace input::elasticsearch {
namespace {

const std::string bulk =
    R"({"took":3,"errors":true,"items":[{"index":{"_id":"1","status":201}},)"
    R"({"create":{"_id":"2","status":409,"error":{"type":"t","reason":"r"}}}]})";

std::string filtered(std::string_view text, const std::string& json = bulk) {
    return FilterPath(text).apply(json);
}

TEST(FilterPath, TakesAllWithoutPatterns) {
    EXPECT_TRUE(FilterPath("").takes_all());
    EXPECT_TRUE(FilterPath(" , ,-").takes_all());
    EXPECT_EQ(filtered(""), bulk);
}

TEST(FilterPath, FollowsDotsThroughArrays) {
    EXPECT_EQ(filtered("took"), R"({"took":3})");
    EXPECT_EQ(filtered("errors,items.*.status"),
              R"({"errors":true,"items":[{"index":{"status":201}},{"create":{"status":409}}]})");
    EXPECT_EQ(
        filtered("items.create"),
        R"({"items":[{"create":{"_id":"2","status":409,"error":{"type":"t","reason":"r"}}}]})");
    EXPECT_EQ(filtered("items.*.error.type"), R"({"items":[{"create":{"error":{"type":"t"}}}]})");
}

TEST(FilterPath, TakesWildcardsInAndOverNames) {
    EXPECT_EQ(filtered("t*k"), R"({"took":3})");
    EXPECT_EQ(filtered("**.reason"), R"({"items":[{"create":{"error":{"reason":"r"}}}]})");
    EXPECT_EQ(filtered("**.status"),
              R"({"items":[{"index":{"status":201}},{"create":{"status":409}}]})");
    EXPECT_EQ(filtered("*"), bulk);
    EXPECT_EQ(filtered("**"), bulk);
    EXPECT_EQ(filtered("items.**.**.**.type"), R"({"items":[{"create":{"error":{"type":"t"}}}]})");
}

TEST(FilterPath, LeavesOut) {
    EXPECT_EQ(filtered("-items"), R"({"took":3,"errors":true})");
    EXPECT_EQ(filtered("-took,-items.*.error,-items.*._id"),
              R"({"errors":true,"items":[{"index":{"status":201}},{"create":{"status":409}}]})");
    EXPECT_EQ(filtered("items.create,-**.error"),
              R"({"items":[{"create":{"_id":"2","status":409}}]})");
}

TEST(FilterPath, LeavesNothingOfTheUnknown) {
    EXPECT_EQ(filtered("nothing"), "{}");
    EXPECT_EQ(filtered("took.deeper"), "{}");
    EXPECT_EQ(filtered("took", "no json"), "no json");
}

TEST(FilterPath, DoesNotExplode) {
    std::string hostile;
    for (int at = 0; at < 1000; ++at) hostile += "**.a.**.*a*a*a*,";
    std::string deep = "1";
    for (int at = 0; at < 25; ++at) deep = "{\"aaaaaaaaaaaaaaaaaaaaab\":" + deep + "}";
    EXPECT_EQ(filtered(hostile, deep), "{}");
}

}  // namespace
}  // namespace input::elasticsearch
