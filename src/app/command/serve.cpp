#include "app/command/serve.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/command/check_config.h"
#include "app/exit_code.h"
#include "app/server/server.h"
#include "app/server/signals.h"
#include "app/version.h"
#include "base/clock.h"
#include "base/log.h"

namespace app {

int run_serve(const ServeOptions& options) {
    const auto started = base::steady_now();
    const auto loaded = load_configuration(options.configuration);
    if (!loaded.problems.empty()) {
        fmt::print(stderr, "{}", loaded.problem_text());
        return exit_code::usage;
    }
    base::set_log_level(loaded.configuration.log_level);
    for (const auto& warning : loaded.warnings)
        base::log().warn("{}: {}", warning.where, warning.message);

    StopSignals signals;
    auto server = Server::start(loaded.configuration);
    if (!server) {
        fmt::print(stderr, "ordertrail: {}\n", server.error().message);
        return exit_code::failure;
    }
    base::log().info("ordertrail {} is listening on {} (data in {}, ready after {} ms)", version,
                     server.value()->url(), loaded.configuration.data,
                     (base::steady_now() - started) / base::millisecond);
    signals.wait();
    base::log().info("stopping: finishing the requests under way (a second signal ends at once)");
    server.value()->stop();
    base::log().info("stopped");
    return exit_code::done;
}

}  // namespace app
