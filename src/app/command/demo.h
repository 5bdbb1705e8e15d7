#pragma once

#include "app/command/options.h"

namespace app {

// Starts a server, feeds it three simulated days and goes on live until SIGINT or SIGTERM. The exit
// code.
int run_demo(const DemoOptions& options);

}  // namespace app
