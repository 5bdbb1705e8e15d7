#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/configuration/configuration.h"

namespace app {

// An input's options with what the configuration says of every input's events.
template <typename Options>
Options options_of(const Configuration& configuration) {
    Options options;
    options.origin.environment = configuration.environment;
    options.origin.time_zone = configuration.time_zone;
    return options;
}

// Separated by commas, spaces around them ignored.
std::vector<std::string> split_words(std::string_view text);

}  // namespace app
