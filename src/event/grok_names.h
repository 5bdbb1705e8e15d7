#pragma once

#include <string_view>

namespace event {

// The pattern of one of grok's usual names, for RE2; empty when there is none of this name.
std::string_view grok_pattern(std::string_view name);

}  // namespace event
