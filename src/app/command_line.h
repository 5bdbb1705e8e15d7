#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/command/options.h"
#include "app/completion.h"

namespace app {

// Nothing to run: help was asked for, or the command line is wrong.
struct Answered {
    int exit_code = 0;
    std::string out;  // for stdout
    std::string err;  // for stderr
};

// `arguments` without the program's name.
std::variant<Command, Answered> parse_command_line(std::vector<std::string> arguments);

// All commands with their options, for completion scripts and the reference page.
std::vector<CommandShape> command_shapes();

}  // namespace app
