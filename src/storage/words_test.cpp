#include "storage/words.h"

#include <gtest/gtest.h>

namespace storage {
namespace {

using Words = std::vector<std::string>;

TEST(Words, CutsAndFolds) {
    EXPECT_EQ(words_of("Заказ ORD-17: OK"), (Words{"заказ", "ord", "17", "ok"}));
    EXPECT_EQ(words_of("snake_case camelCase a.b"), (Words{"snake_case", "camelcase", "a", "b"}));
    EXPECT_EQ(words_of(""), Words{});
    EXPECT_EQ(words_of(" -.,:;!?\t\n"), Words{});
    EXPECT_EQ(words_of("x"), Words{"x"});
    EXPECT_EQ(words_of("ÄÖÜ straße ЁЖ"), (Words{"äöü", "straße", "ёж"}));
    EXPECT_EQ(words_of("日本語 テスト"), (Words{"日本語", "テスト"}));
    EXPECT_EQ(words_of("№5 €10 ½"), (Words{"5", "10", "½"}));
}

TEST(Words, KeepsMarksWithTheirWord) {
    EXPECT_EQ(words_of("и\xCC\x86од"), Words{"и\xCC\x86од"});  // й as two characters
    EXPECT_EQ(words_of("\xCC\x86 a"), Words{"a"});             // a mark alone is no word
}

TEST(Words, TreatsBrokenUtf8AsSeparator) {
    EXPECT_EQ(words_of("ab\xff\xfe"
                       "cd"),
              (Words{"ab", "cd"}));
    EXPECT_EQ(words_of("ab\xd0"), Words{"ab"});
    EXPECT_EQ(words_of("\xed\xa0\x80x"), Words{"x"});  // a surrogate
    EXPECT_EQ(words_of(std::string_view("a\0b", 3)), (Words{"a", "b"}));
}

TEST(Words, ReaderDoesNotCopyLowerCase) {
    const std::string text = "lower UPPER";
    WordReader reader(text);
    std::string_view word;
    ASSERT_TRUE(reader.next(word));
    EXPECT_EQ(word.data(), text.data());
    ASSERT_TRUE(reader.next(word));
    EXPECT_EQ(word, "upper");
    EXPECT_FALSE(reader.next(word));
    EXPECT_FALSE(reader.next(word));
}

TEST(Words, ForEachStopsWhenTold) {
    std::string scratch;
    int seen = 0;
    for_each_word("a B c", scratch, [&](std::string_view) { return ++seen < 2; });
    EXPECT_EQ(seen, 2);
}

TEST(Words, FoldsWholeTexts) {
    std::string out;
    fold_case("ЗАКАЗ Ord-\xff", out);
    EXPECT_EQ(out, "заказ ord-\xff");
}

}  // namespace
}  // namespace storage
