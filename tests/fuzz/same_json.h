#pragma once

#include <string>
#include <string_view>

#include "event/json_string.h"
#include "event/json_text.h"
#include "fuzz/fuzz.h"

namespace fuzz {

// A JSON text without white space and with strings spelled in one way, so that equal events are
// equal texts and the order of keys and the spelling of numbers still count. REQUIRES: it is JSON.
inline std::string spelled_once(std::string_view json) {
    std::string out;
    if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);  // says nothing
    for (std::size_t at = 0; at < json.size(); ++at) {
        if (json[at] == ' ' || json[at] == '\n' || json[at] == '\t' || json[at] == '\r') continue;
        if (json[at] != '"') {
            out.push_back(json[at]);
            continue;
        }
        std::size_t end = at + 1;
        while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
        FUZZ_REQUIRE(end < json.size(), "strings are closed");
        const auto inside = json.substr(at + 1, end - at - 1);
        std::string meaning;
        if (event::unescape(inside, meaning) == event::Unescaped::whole) {
            event::append_json_string(meaning, out);
        } else {
            out.append(json.substr(at, end + 1 - at));
        }
        at = end;
    }
    return out;
}

}  // namespace fuzz
