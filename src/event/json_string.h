#pragma once

#include <string>
#include <string_view>

namespace event {

enum class Unescaped : unsigned char {
    whole,   // all of it
    lossy,   // surrogates without their other half became U+FFFD
    broken,  // an escape that JSON does not have
};

// Replaces `out` by what a JSON string's inside means. `text` has no quote and no control character
// unescaped.
Unescaped unescape(std::string_view text, std::string& out);

}  // namespace event
