#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace input {

// A time as a decimal number since 1970 without loss: seconds, or milliseconds, microseconds or
// nanoseconds where it is too large for seconds. Nothing for other texts and for times that a Nanos
// cannot hold.
std::optional<base::Nanos> parse_epoch(std::string_view text);

}  // namespace input
