#include "pipeline/normalise_level.h"

#include <array>
#include <cstring>

namespace pipeline {

namespace {

constexpr std::size_t longest = 13;  // "informational"

struct Spelling {
    std::string_view text;  // lower case
    Level level;
};

// syslog, log4j, java.util.logging, Python, .NET, Serilog, npm, glog, PostgreSQL, loguru.
constexpr Spelling spellings[] = {
    {"info", Level::info},
    {"error", Level::error},
    {"warn", Level::warn},
    {"debug", Level::debug},
    {"warning", Level::warn},
    {"trace", Level::trace},
    {"fatal", Level::fatal},
    {"critical", Level::fatal},
    {"information", Level::info},
    {"err", Level::error},
    {"crit", Level::fatal},
    {"notice", Level::info},
    {"severe", Level::error},
    {"emerg", Level::fatal},
    {"emergency", Level::fatal},
    {"alert", Level::fatal},
    {"panic", Level::fatal},
    {"dpanic", Level::fatal},
    {"informational", Level::info},
    {"inf", Level::info},
    {"wrn", Level::warn},
    {"dbg", Level::debug},
    {"trc", Level::trace},
    {"ftl", Level::fatal},
    {"verbose", Level::trace},
    {"vrb", Level::trace},
    {"silly", Level::trace},
    {"finest", Level::trace},
    {"finer", Level::trace},
    {"fine", Level::debug},
    {"config", Level::debug},
    {"debug1", Level::debug},
    {"debug2", Level::debug},
    {"debug3", Level::debug},
    {"debug4", Level::debug},
    {"debug5", Level::debug},
    {"success", Level::info},
    {"log", Level::info},
    {"http", Level::info},
    {"i", Level::info},
    {"w", Level::warn},
    {"e", Level::error},
    {"d", Level::debug},
    {"f", Level::fatal},
    {"t", Level::trace},
    {"v", Level::trace},
    {"10", Level::trace},
    {"20", Level::debug},
    {"30", Level::info},
    {"40", Level::warn},
    {"50", Level::error},
    {"60", Level::fatal},
};

constexpr std::array syslog_levels = {Level::fatal, Level::fatal, Level::fatal, Level::error,
                                      Level::warn,  Level::info,  Level::info,  Level::debug};

bool is_space(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::string_view name_of(Level level) {
    static constexpr std::array<std::string_view, 6> names = {"TRACE", "DEBUG", "INFO",
                                                              "WARN",  "ERROR", "FATAL"};
    return names[static_cast<std::size_t>(level)];
}

std::optional<Level> level_of(std::string_view text, LevelDigits digits) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    if (text.empty() || text.size() > longest) return std::nullopt;
    if (digits == LevelDigits::syslog && text.size() == 1 && text[0] >= '0' && text[0] <= '7') {
        return syslog_levels[static_cast<std::size_t>(text[0] - '0')];
    }
    char lower[longest];
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        lower[at] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
    for (const Spelling& spelling : spellings) {
        if (spelling.text.size() == text.size() &&
            std::memcmp(lower, spelling.text.data(), text.size()) == 0) {
            return spelling.level;
        }
    }
    return std::nullopt;
}

}  // namespace pipeline
