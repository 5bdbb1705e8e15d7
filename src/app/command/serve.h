#pragma once

#include "app/command/options.h"

namespace app {

// Runs the server until SIGINT or SIGTERM. The exit code.
int run_serve(const ServeOptions& options);

}  // namespace app
