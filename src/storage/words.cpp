#include "storage/words.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>

namespace storage {

namespace {

// What a character is to a word. Marks (accents, vowel signs) belong to the word before them and
// begin none.
enum class Role : std::uint8_t { separator, word, mark };

Role role_by_icu(UChar32 character) {
    if (character == '_' || u_isalnum(character)) return Role::word;
    switch (u_charType(character)) {
        case U_NON_SPACING_MARK:
        case U_COMBINING_SPACING_MARK:
            return Role::mark;
        case U_LETTER_NUMBER:
        case U_OTHER_NUMBER:
            return Role::word;
        default:
            return Role::separator;
    }
}

// Latin, Greek, Cyrillic, Hebrew and Arabic lie below U+0800: looked up once, not per character.
constexpr UChar32 table_size = 0x800;

struct Table {
    std::array<Role, table_size> role;
    std::array<std::uint16_t, table_size> folded;

    Table() {
        for (UChar32 character = 0; character < table_size; ++character) {
            const auto at = static_cast<std::size_t>(character);
            role[at] = role_by_icu(character);
            folded[at] = static_cast<std::uint16_t>(u_foldCase(character, U_FOLD_CASE_DEFAULT));
        }
    }
};

const Table& table() {
    static const Table made;
    return made;
}

Role role_of(UChar32 character) {
    if (character < 0) return Role::separator;
    return character < table_size ? table().role[static_cast<std::size_t>(character)]
                                  : role_by_icu(character);
}

UChar32 folded(UChar32 character) {
    return character < table_size ? table().folded[static_cast<std::size_t>(character)]
                                  : u_foldCase(character, U_FOLD_CASE_DEFAULT);
}

// ASCII: 0 separates, else the folded character.
constexpr std::array<char, 128> make_ascii() {
    std::array<char, 128> made{};
    for (char c = '0'; c <= '9'; ++c) made[static_cast<std::size_t>(c)] = c;
    for (char c = 'a'; c <= 'z'; ++c) {
        made[static_cast<std::size_t>(c)] = c;
        made[static_cast<std::size_t>(c - 'a' + 'A')] = c;
    }
    made['_'] = '_';
    return made;
}
constexpr std::array<char, 128> ascii = make_ascii();

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char ascii_word(char c) { return ascii[static_cast<unsigned char>(c)]; }

// Reads the character at `at` and moves behind it; negative (and one byte on) where the bytes are
// no UTF-8.
UChar32 read(std::string_view text, std::size_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    std::size_t next = at;
    UChar32 character = 0;
    U8_NEXT(bytes, next, text.size(), character);
    at = character < 0 ? at + 1 : next;
    return character;
}

void append(UChar32 character, std::string& out) {
    std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
    std::size_t length = 0;
    U8_APPEND_UNSAFE(bytes.data(), length, character);
    out.append(reinterpret_cast<const char*>(bytes.data()), length);
}

}  // namespace

bool WordReader::next(std::string_view& word) {
    // Up to the first character of a word.
    std::size_t begin = at_;
    for (;;) {
        if (begin >= text_.size()) {
            at_ = text_.size();
            return false;
        }
        if (is_ascii(text_[begin])) {
            if (ascii_word(text_[begin]) != 0) break;
            ++begin;
            continue;
        }
        std::size_t behind = begin;
        if (role_of(read(text_, behind)) == Role::word) break;
        begin = behind;
    }
    // To its end. Nothing is copied until a character differs from its folded form.
    bool copied = false;
    std::size_t at = begin;
    while (at < text_.size()) {
        if (is_ascii(text_[at])) {
            const char c = ascii_word(text_[at]);
            if (c == 0) break;
            if (!copied && c != text_[at]) {
                folded_.assign(text_.substr(begin, at - begin));
                copied = true;
            }
            if (copied) folded_.push_back(c);
            ++at;
            continue;
        }
        std::size_t behind = at;
        const UChar32 character = read(text_, behind);
        if (role_of(character) == Role::separator) break;
        const UChar32 plain = folded(character);
        if (!copied && plain != character) {
            folded_.assign(text_.substr(begin, at - begin));
            copied = true;
        }
        if (copied) append(plain, folded_);
        at = behind;
    }
    at_ = at;
    word = copied ? std::string_view(folded_) : text_.substr(begin, at - begin);
    return true;
}

void for_each_word(std::string_view text, std::string& scratch,
                   const std::function<bool(std::string_view)>& use) {
    WordReader reader(text);
    std::string_view word;
    reader.swap_buffer(scratch);
    while (reader.next(word) && use(word)) {
    }
    reader.swap_buffer(scratch);
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    WordReader reader(text);
    std::string_view word;
    while (reader.next(word)) words.emplace_back(word);
    return words;
}

void fold_case(std::string_view text, std::string& out) {
    out.reserve(out.size() + text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (is_ascii(text[at])) {
            const char c = text[at++];
            out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
            continue;
        }
        const std::size_t begin = at;
        const UChar32 character = read(text, at);
        if (character < 0) {
            out.push_back(text[begin]);
        } else {
            append(folded(character), out);
        }
    }
}

bool is_word_byte(char byte) { return ascii_word(byte) != 0; }

}  // namespace storage
