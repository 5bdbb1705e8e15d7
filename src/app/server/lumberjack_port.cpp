#include "app/server/lumberjack_port.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace app {

namespace {

base::Result<std::shared_ptr<net::TlsContext>> tls_context(const Tls& tls) {
    if (tls.certificate.empty()) return std::shared_ptr<net::TlsContext>();
    net::TlsOptions options{tls.certificate, tls.key, tls.client_ca};
    if (!tls.client_ca.empty()) {
        options.client_certificates = tls.client_certificates == "optional"
                                          ? net::ClientCertificates::optional
                                          : net::ClientCertificates::required;
    }
    return net::TlsContext::create(options);
}

std::string text_of(const Tls& tls) {
    if (tls.certificate.empty()) return "without TLS";
    if (tls.client_ca.empty()) return "with TLS";
    return fmt::format("with TLS, client certificates {}", tls.client_certificates);
}

}  // namespace

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
    const Tls& tls = configuration.lumberjack_tls;
    net::StreamServerOptions options;
    options.name = "lumberjack";
    options.address = configuration.lumberjack->host;
    options.port = configuration.lumberjack->port;
    TRY(options.tls, tls_context(tls));
    options.max_connections = configuration.lumberjack_connections;
    options.max_held_bytes = configuration.lumberjack_inflight_bytes;
    auto server = net::StreamServer::create(
        runtime, options,
        [&input](std::shared_ptr<net::Stream> stream) { return input.handle(std::move(stream)); });
    if (!server) {
        auto error = server.error();
        error.message = "lumberjack.address: " + error.message;
        return error;
    }
    base::log().info("lumberjack: listening on {}:{}, {}", options.address, server.value()->port(),
                     text_of(tls));
    const auto& host = options.address;
    if (!options.tls && !host.starts_with("127.") && host != "::1" && host != "localhost") {
        base::log().warn(
            "lumberjack: anyone on the network can write through {}:{}; "
            "lumberjack.tls.client_ca lets only clients with a certificate in",
            host, server.value()->port());
    }
    return server;
}

}  // namespace app
