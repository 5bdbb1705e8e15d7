#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// Levels: many spellings, six names. Pure functions.

namespace pipeline {

// In ascending order of severity.
enum class Level : std::uint8_t { trace, debug, info, warn, error, fatal };

// "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL".
std::string_view name_of(Level level);

// What the numbers 0 to 7 mean in a field: syslog's severities (RFC 5424, 6.2.1), or nothing.
enum class LevelDigits : std::uint8_t { none, syslog };

// The level that a text means: names in any letter case, of the common logging libraries, spaces
// around them ignored; pino's and bunyan's numbers 10 to 60. Nothing for all else.
std::optional<Level> level_of(std::string_view text, LevelDigits digits = LevelDigits::none);

}  // namespace pipeline
