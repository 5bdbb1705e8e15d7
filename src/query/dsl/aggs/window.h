#pragma once

#include <span>
#include <string>
#include <vector>

namespace query::dsl {

// What one of MovingFunctions says of a window's values, the oldest first; NaN where it says
// nothing. `arguments`: alpha of ewma, alpha and beta of holt.
double window_value(const std::string& function, std::span<const double> window,
                    const std::vector<double>& arguments);

}  // namespace query::dsl
