#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "watch/journey.h"

namespace watch {

// Appends members of an open JSON object, `"id":…,"index":…,"timestamp":…,"fields":…,"source":…`,
// for a row of Journey::rows: the api writes rows the same way everywhere.
using WriteRow = std::function<void(std::uint32_t row, std::string& out)>;

// The answer of `orders/<id>`, see docs/reference/api.md.
std::string journey_json(const Journey& journey, const WriteRow& write_row);

}  // namespace watch
