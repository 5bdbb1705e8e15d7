#pragma once

#include <string>
#include <vector>

namespace app {

// The whole program: parses the command line, runs the command, says how it ended. `arguments`
// without the program's name. The exit status.
int run(std::vector<std::string> arguments);

}  // namespace app
