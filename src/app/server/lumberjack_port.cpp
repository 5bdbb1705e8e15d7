#include "app/server/lumberjack_port.h"

#include <algorithm>

#include "app/server/stream_port.h"

namespace app {

input::LumberjackOptions lumberjack_options(const Configuration& configuration) {
    input::LumberjackOptions options;
    options.origin.environment = configuration.environment;
    options.origin.time_zone = configuration.time_zone;
    options.index = configuration.lumberjack_index;
    options.reader.window_events =
        static_cast<std::uint32_t>(configuration.lumberjack_window_events);
    options.reader.window_bytes = configuration.lumberjack_window_bytes;
    options.reader.event_bytes = configuration.record_bytes;
    // An event that is taken is to fit.
    options.reader.window_bytes =
        std::max<std::size_t>(options.reader.window_bytes, configuration.record_bytes);
    options.idle =
        std::chrono::milliseconds(configuration.lumberjack_idle_timeout / base::millisecond);
    return options;
}

base::Result<std::unique_ptr<net::StreamServer>> open_lumberjack_port(
    net::Runtime& runtime, const Configuration& configuration, input::LumberjackInput& input) {
    if (!configuration.lumberjack) return std::unique_ptr<net::StreamServer>();
    return open_stream_port(
        runtime,
        {"lumberjack", "lumberjack.address", *configuration.lumberjack,
         configuration.lumberjack_tls, configuration.lumberjack_connections,
         configuration.lumberjack_inflight_bytes},
        [&input](std::shared_ptr<net::Stream> stream) { return input.handle(std::move(stream)); });
}

}  // namespace app
