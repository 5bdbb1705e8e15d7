#include "app/text.h"

#include <gtest/gtest.h>

namespace app {
namespace {

TEST(Text, ControlCharactersAreSeenNotObeyed) {
    EXPECT_EQ(visible("a\tb\nc\r"), "a\\tb\\nc\\r");
    EXPECT_EQ(visible("\x1b[31mred\x07"), "\\x1b[31mred\\x07");
    EXPECT_EQ(visible("a\u202Eb\u200B\u2028"), "a<U+202E>b<U+200B><U+2028>");
    EXPECT_EQ(visible("\u009b0m"), "\\x9b0m");
    EXPECT_EQ(visible("\xff!\xc3"), "\uFFFD!\uFFFD");
    EXPECT_EQ(visible("Заказ 日本 é"), "Заказ 日本 é");
}

TEST(Text, WidthIsThatOfTheTerminal) {
    EXPECT_EQ(display_width("abc"), 3u);
    EXPECT_EQ(display_width("Заказ"), 5u);
    EXPECT_EQ(display_width("日本"), 4u);
    EXPECT_EQ(display_width("e\u0301"), 1u);
}

TEST(Text, FittedTextsHaveTheirWidth) {
    EXPECT_EQ(fitted("ab", 4), "ab  ");
    EXPECT_EQ(fitted("abcd", 4), "abcd");
    EXPECT_EQ(fitted("abcde", 4), "abc…");
    EXPECT_EQ(fitted("日本語", 4), "日… ");
    EXPECT_EQ(display_width(fitted("日本語", 4)), 4u);
    EXPECT_EQ(fitted("abc", 0), "");
    EXPECT_EQ(cut("abc", 1), "…");
}

TEST(Text, Durations) {
    EXPECT_EQ(duration_text(0.35), "350 ms");
    EXPECT_EQ(duration_text(12), "12 s");
    EXPECT_EQ(duration_text(42 * 60 + 10), "42 min");
    EXPECT_EQ(duration_text(3 * 3600 + 20 * 60), "3 h 20 min");
    EXPECT_EQ(duration_text(2 * 86400 + 4 * 3600), "2 d 4 h");
    EXPECT_EQ(duration_text(86400), "1 d");
    EXPECT_EQ(duration_text(-5), "-5 s");
}

TEST(Text, CsvCellsAreQuotedAndAreNoFormulas) {
    EXPECT_EQ(csv_cell("plain"), "plain");
    EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_cell("say \"x\"\n"), "\"say \"\"x\"\"\n\"");
    for (const char* formula : {"=1+1", "+1", "-1", "@x", "\t=1"}) {
        EXPECT_EQ(csv_cell(formula), std::string("'") + formula);
    }
    EXPECT_EQ(csv_cell("=a,b"), "\"'=a,b\"");
    EXPECT_EQ(csv_cell(""), "");
}

}  // namespace
}  // namespace app
