#pragma once

#include <string>
#include <string_view>

namespace query::esql {

// ASCII letters in lower case, as names of commands and functions are compared.
inline std::string lower_of(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

}  // namespace query::esql
