#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace app {

struct OptionShape {
    std::string name;   // "--http"; a placeholder such as "QUERY" for what needs no name
    std::string value;  // "ADDR:PORT"; empty for a flag
    std::vector<std::string> choices;
    std::string description;
    bool files = false;  // its value is a path
    std::string words;   // "indices" or "fields": its value is such a name, known to the server
};

struct CommandShape {
    std::string name;
    std::string description;
    std::string examples;
    std::vector<OptionShape> options;
};

// Names of "indices" or "fields", one a line, from the server that ORDERTRAIL_SERVER names: what
// the scripts complete with. Empty when it does not answer at once.
std::string completion_words(std::string_view what, const std::string& server);

// The completion script of "bash", "zsh" or "fish"; "markdown": docs/reference/cli.md. Empty for
// any other.
std::string completion_script(std::string_view shell, const std::vector<CommandShape>& commands);

}  // namespace app
