#include "storage/required_text.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace storage {
namespace {

TEST(RequiredText, SeesPlainRuns) {
    const std::pair<const char*, const char*> cases[] = {
        {"order", "order"},
        {".*order 777.*", "order 777"},
        {"^abc$", "abc"},
        {"ab|cd", ""},
        {"(ab|cd)efg", "efg"},
        {"abc*de", "ab"},
        {"abcd?e", "abc"},
        {"abc+d", "abc"},
        {"abc{0,2}defg", "defg"},
        {"ab\\.cd\\d+", "ab.cd"},
        {"[a-z]+xyz[]|]ab", "xyz"},
        {"[[:alpha:]|]x", "x"},
        {"(?i)Hello", "Hello"},
        {"a(b(c)d)ef", "ef"},
        {"a\\(bc", "a(bc"},
        {"заказ?x", "зака"},
        {"\\Qa|b\\E", ""},
        {"\\x41bc", ""},
        {"\\pLabc", ""},
        {"\\101bc", ""},
        {"", ""},
        {"(", ""},
        {"[", ""},
        {"a\\", ""},
    };
    for (const auto& [expression, expected] : cases)
        EXPECT_EQ(required_text(expression), expected) << expression;
}

// Whatever RE2 accepts: a text that fits holds the piece.
TEST(RequiredText, IsInEveryMatch) {
    const char* const pieces[] = {"a", "b",    "ab", "*",   "+",     "?", "(", ")",
                                  "|", "[ab]", ".",  "\\.", "{0,1}", "^", "$", "(?:b)"};
    std::uint64_t state = 7;
    const auto next = [&state](std::size_t count) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>(state >> 33) % count;
    };
    int checked = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string expression;
        for (std::size_t count = next(8); count > 0; --count)
            expression += pieces[next(std::size(pieces))];
        RE2::Options quiet;
        quiet.set_log_errors(false);
        const RE2 compiled(expression, quiet);
        if (!compiled.ok()) continue;
        const std::string needed = required_text(expression);
        for (int text_round = 0; text_round < 20; ++text_round) {
            std::string text;
            for (std::size_t count = next(6); count > 0; --count) text += "ab."[next(3)];
            if (!RE2::FullMatch(text, compiled)) continue;
            ++checked;
            ASSERT_NE(text.find(needed), std::string::npos)
                << expression << " " << text << " " << needed;
        }
    }
    EXPECT_GT(checked, 1000);
}

}  // namespace
}  // namespace storage
