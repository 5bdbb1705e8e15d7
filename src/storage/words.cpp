#include "storage/words.h"

#include <unicode/uchar.h>

#include <array>
#include <cstdint>

#include "storage/utf8.h"

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
    for (std::size_t c = '0'; c <= '9'; ++c) made[c] = static_cast<char>(c);
    for (std::size_t c = 'a'; c <= 'z'; ++c) {
        made[c] = static_cast<char>(c);
        made[c - 'a' + 'A'] = static_cast<char>(c);
    }
    made['_'] = '_';
    return made;
}
constexpr std::array<char, 128> ascii = make_ascii();

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
char ascii_word(char c) { return ascii[static_cast<unsigned char>(c)]; }

// read_utf8 with the alphabets of two bytes a character told at once.
UChar32 read_character(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead >= 0xc2 && lead < 0xe0 && at + 1 < text.size()) {
        const auto trail = static_cast<unsigned char>(text[at + 1]);
        if ((trail & 0xc0) == 0x80) {
            at += 2;
            return ((lead & 0x1f) << 6) | (trail & 0x3f);
        }
    }
    return read_utf8(text, at);
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
        if (role_of(read_character(text_, behind)) == Role::word) break;
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
        const UChar32 character = read_character(text_, behind);
        if (role_of(character) == Role::separator) break;
        const UChar32 plain = folded(character);
        if (!copied && plain != character) {
            folded_.assign(text_.substr(begin, at - begin));
            copied = true;
        }
        if (copied) append_utf8(plain, folded_);
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
        const UChar32 character = read_character(text, at);
        if (character < 0) {
            out.push_back(text[begin]);
        } else {
            append_utf8(folded(character), out);
        }
    }
}

bool is_word_byte(char byte) { return ascii_word(byte) != 0; }

}  // namespace storage
