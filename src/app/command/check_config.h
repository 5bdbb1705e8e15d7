#pragma once

#include "app/command/options.h"
#include "app/configuration/load.h"
#include "app/output.h"

namespace app {

// Problems to standard error, what was asked for to `out`. The exit code.
int run_check_config(const CheckConfigOptions& options, Output& out);

LoadedConfiguration load_configuration(const ConfigurationOptions& options);

}  // namespace app
