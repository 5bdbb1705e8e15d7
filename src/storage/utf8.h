#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace storage {

// Reads the character at `at` and moves `at` behind it; negative, and one byte on, where the bytes
// are no UTF-8 (overlong forms, surrogates and numbers beyond U+10FFFF are none). REQUIRES: at <
// text.size().
std::int32_t read_utf8(std::string_view text, std::size_t& at);

// REQUIRES: character is one that UTF-8 can say.
void append_utf8(std::int32_t character, std::string& out);

}  // namespace storage
