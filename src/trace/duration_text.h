#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace trace {

// "250ms", "1.5s", "1m30s", "20us", "7ns": numbers with units (ns, us or µs, ms, s, m, h), as Go
// writes durations. InvalidArgument for other text, negative ones, and more than 292 years.
base::Result<base::Nanos> parse_duration(std::string_view text);

}  // namespace trace
