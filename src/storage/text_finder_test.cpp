#include "storage/text_finder.h"

#include <gtest/gtest.h>

#include "storage/wildcard.h"

namespace storage {
namespace {

TEST(TextFinder, FindsAnyCaseAtAnyPlace) {
    const std::string needle = "заказ-ok";
    const TextFinder finder(needle);
    ASSERT_TRUE(finder.usable());
    for (const std::string text : {"заказ-ok", "ЗАКАЗ-OK", "Заказ-Ok"}) {
        for (std::size_t before = 0; before < 70; ++before) {
            for (const std::size_t behind : {0U, 1U, 15U, 16U, 40U}) {
                const std::string hay = std::string(before, 'x') + text + std::string(behind, 'y');
                ASSERT_EQ(finder.find(hay, 0), before);
                ASSERT_EQ(finder.find(hay, before), before);
                ASSERT_EQ(finder.find(hay, before + 1), TextFinder::npos);
            }
        }
    }
    EXPECT_EQ(finder.find("заказ-o", 0), TextFinder::npos);
    EXPECT_EQ(finder.find("", 0), TextFinder::npos);
}

TEST(TextFinder, KnowsWhatItDoesNotSee) {
    EXPECT_TRUE(TextFinder("task").may_miss("ta\xC5\xBFk"));
    EXPECT_FALSE(TextFinder("order").may_miss("ta\xC5\xBFk"));
    EXPECT_FALSE(TextFinder("task").may_miss("tasks everywhere, задача"));
    EXPECT_FALSE(TextFinder("").usable());
    EXPECT_FALSE(TextFinder("\xff").usable());
}

TEST(Wildcard, FitsWholeTexts) {
    EXPECT_TRUE(Wildcard("*").fits(""));
    EXPECT_TRUE(Wildcard("").fits(""));
    EXPECT_FALSE(Wildcard("").fits("x"));
    EXPECT_TRUE(Wildcard("a**b").fits("a-b-b"));
    EXPECT_FALSE(Wildcard("a*a").fits("a"));
    EXPECT_TRUE(Wildcard("?аказ").fits("заказ"));  // one character, two bytes
    EXPECT_TRUE(Wildcard("*?з").fits("заказ"));
    EXPECT_FALSE(Wildcard("??").fits("з"));
    EXPECT_TRUE(Wildcard("\\*x\\?").fits("*x?"));
    EXPECT_FALSE(Wildcard("\\*x").fits("ax"));
    EXPECT_TRUE(Wildcard("a\\").fits("a\\"));
    EXPECT_EQ(Wildcard("ab*cdef?g").longest_literal(), "cdef");
}

TEST(Wildcard, StaysLinear) {
    std::string pattern = "*";
    for (int at = 0; at < 1000; ++at) pattern += "a*";
    EXPECT_FALSE(Wildcard(pattern + "b").fits(std::string(1 << 20, 'a')));
}

}  // namespace
}  // namespace storage
