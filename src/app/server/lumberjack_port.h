#pragma once

#include <memory>

#include "app/configuration/configuration.h"
#include "input/lumberjack/lumberjack_input.h"
#include "net/stream.h"

namespace app {

input::LumberjackOptions lumberjack_options(const Configuration& configuration);

// The port of Beats' Logstash output; nothing when it is not set. InvalidArgument for TLS files
// that cannot be used, Io when the address cannot be had. REQUIRES: runtime and input outlive it.
base::Result<std::unique_ptr<net::StreamServer>> open_lumberjack_port(
    net::Runtime& runtime, const Configuration& configuration, input::LumberjackInput& input);

}  // namespace app
