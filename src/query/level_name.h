#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace query {

// Levels as events have them, in ascending order of severity: TRACE, DEBUG, INFO, WARN, ERROR,
// FATAL.
const std::vector<std::string>& level_names();

// The position in level_names() of a level in any letter case and its common spellings ("warning",
// "err", "critical"); nothing for all else.
std::optional<std::size_t> level_position(std::string_view text);

}  // namespace query
