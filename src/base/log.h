#pragma once

#include <spdlog/spdlog.h>

#include <string>

namespace base {

// Ordertrail's own log: one logger, to standard error. Thread-safe. Use as base::log().info("…",
// …).
spdlog::logger& log();

// "trace", "debug", "info", "warn", "error" or "off"; false when the name is none of these.
bool set_log_level(const std::string& name);

}  // namespace base
