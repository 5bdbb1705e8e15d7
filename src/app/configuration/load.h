#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/configuration/configuration.h"
#include "app/configuration/settings.h"

namespace app {

// Where settings come from, each beaten by the next.
struct ConfigurationSources {
    std::optional<std::string> file;                               // path of the YAML file
    std::vector<std::pair<std::string, std::string>> environment;  // ORDERTRAIL_* variables
    std::vector<std::pair<std::string, std::string>> flags;        // setting name, text
};

// What is wrong, and where: "ordertrail.yaml:3", "ORDERTRAIL_DATA", "--http".
struct ConfigurationProblem {
    std::string where;
    std::string message;
};

struct EffectiveSetting {
    const Setting* setting = nullptr;
    std::string text;
    std::string origin;  // as ConfigurationProblem::where, or "default"
};

struct LoadedConfiguration {
    Configuration configuration;              // to be used only without problems
    std::vector<EffectiveSetting> effective;  // in the table's order
    std::vector<ConfigurationProblem> problems;
    std::vector<ConfigurationProblem> warnings;  // unknown ORDERTRAIL_* variables

    // One problem a line.
    std::string problem_text() const;
    // The effective configuration as YAML, each line with its origin.
    std::string yaml() const;
};

// Reads all sources and gathers every problem instead of stopping at the first.
LoadedConfiguration load_configuration(const ConfigurationSources& sources);

// The ORDERTRAIL_* variables of this process.
std::vector<std::pair<std::string, std::string>> process_environment();

// Variables that begin with ORDERTRAIL_ and are no settings.
inline constexpr std::string_view config_variable = "ORDERTRAIL_CONFIG";
inline constexpr std::string_view server_variable = "ORDERTRAIL_SERVER";

}  // namespace app
