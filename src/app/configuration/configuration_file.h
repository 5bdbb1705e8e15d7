#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/configuration/load.h"

namespace app {

struct FileSetting {
    const Setting* setting = nullptr;
    std::string text;
    std::string where;  // "file:line"
};

// Reads a YAML configuration: nested or dotted names, unknown ones refused with a suggestion, each
// value checked. Every problem is added to `problems`; what is good is returned in the file's
// order. `name` is the file's name for messages.
std::vector<FileSetting> read_configuration_file(std::string_view yaml, const std::string& name,
                                                 std::vector<ConfigurationProblem>& problems);

}  // namespace app
