#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

// Cuts text into words as searches see them: runs of Unicode letters, digits, '_' and the marks
// that follow them, lower-cased (simple case folding); everything else, bytes that are no UTF-8
// included, separates. "Заказ ORD-17: OK" → "заказ", "ord", "17", "ok". The rule is part of the
// format: word filters on disk depend on it.
std::vector<std::string> words_of(std::string_view text);

// The same without the copies: calls `use` per word until it returns false. `scratch` is reused
// between calls.
void for_each_word(std::string_view text, std::string& scratch,
                   const std::function<bool(std::string_view)>& use);

// The same as a cursor, for hot loops. One thread at a time.
class WordReader {
  public:
    // REQUIRES: text outlives the reader.
    explicit WordReader(std::string_view text) : text_(text) {}

    // The next word, or false at the end. The view lies in the text where the word is lower case
    // already, else in the reader; valid until the next call.
    bool next(std::string_view& word);

    // Lends the reader memory to fold words in, or takes it back.
    void swap_buffer(std::string& other) { folded_.swap(other); }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::string folded_;
};

// The whole text with simple case folding; bytes that are no UTF-8 stay. Appends to `out`.
void fold_case(std::string_view text, std::string& out);

// Whether an ASCII byte belongs to words. REQUIRES: byte < 0x80.
bool is_word_byte(char byte);

}  // namespace storage
