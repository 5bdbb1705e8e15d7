#include "query/level_name.h"

#include <utility>

namespace query {

const std::vector<std::string>& level_names() {
    static const std::vector<std::string> names = {"TRACE", "DEBUG", "INFO",
                                                   "WARN",  "ERROR", "FATAL"};
    return names;
}

std::optional<std::size_t> level_position(std::string_view text) {
    static constexpr std::pair<std::string_view, std::size_t> spellings[] = {
        {"trace", 0},       {"verbose", 0},       {"debug", 1},  {"dbg", 1},    {"info", 2},
        {"information", 2}, {"inf", 2},           {"notice", 2}, {"warn", 3},   {"warning", 3},
        {"wrn", 3},         {"error", 4},         {"err", 4},    {"severe", 4}, {"fatal", 5},
        {"critical", 5},    {"crit", 5},          {"alert", 5},  {"emerg", 5},  {"emergency", 5},
        {"panic", 5},       {"informational", 2},
    };
    std::string lower;
    for (const char c : text.substr(0, 20)) {
        lower.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    for (const auto& [spelling, position] : spellings) {
        if (spelling == lower && spelling.size() == text.size()) return position;
    }
    return std::nullopt;
}

}  // namespace query
