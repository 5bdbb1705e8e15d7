#include "query/dsl/tokens.h"

#include "storage/words.h"

namespace query::dsl {

namespace {

bool is_letter_byte(char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether the byte at `at` holds the letters or digits at both its sides together.
bool joins(std::string_view text, std::size_t at) {
    if (at == 0 || at + 1 >= text.size()) return false;
    const char c = text[at];
    const char before = text[at - 1];
    const char behind = text[at + 1];
    if (c == '.' || c == '\'' || c == ':') {
        if (is_letter_byte(before) && is_letter_byte(behind)) return true;
        return c != ':' && is_digit(before) && is_digit(behind);
    }
    return (c == ',' || c == ';') && is_digit(before) && is_digit(behind);
}

bool is_part(std::string_view text, std::size_t at) {
    const char c = text[at];
    return is_letter_byte(c) || is_digit(c) || c == '_' || joins(text, at);
}

}  // namespace

std::vector<std::string> tokens_of(std::string_view text) {
    std::vector<std::string> tokens;
    for (std::size_t at = 0; at < text.size();) {
        if (!is_part(text, at)) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_part(text, end)) ++end;
        std::string token;
        storage::fold_case(text.substr(at, end - at), token);
        // Characters beyond ASCII may be no letters: then there is no word in them.
        if (!storage::words_of(token).empty()) tokens.push_back(std::move(token));
        at = end;
    }
    return tokens;
}

}  // namespace query::dsl
