#include "app/server/stream_port.h"

#include <fmt/format.h>

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

bool is_loopback(const std::string& host) {
    return host.starts_with("127.") || host == "::1" || host == "localhost";
}

base::Result<std::unique_ptr<net::StreamServer>> open_stream_port(
    net::Runtime& runtime, const StreamPort& port, net::StreamServer::Handler handler) {
    net::StreamServerOptions options;
    options.name = port.name;
    options.address = port.address.host;
    options.port = port.address.port;
    TRY(options.tls, tls_context(port.tls));
    options.max_connections = port.connections;
    options.max_held_bytes = port.inflight_bytes;
    auto server = net::StreamServer::create(runtime, options, std::move(handler));
    if (!server) {
        auto error = server.error();
        error.message = port.setting + ": " + error.message;
        return error;
    }
    base::log().info("{}: listening on {}:{}, {}", port.name, options.address,
                     server.value()->port(), text_of(port.tls));
    if (!options.tls && !is_loopback(options.address)) {
        base::log().warn(
            "{}: anyone on the network can write through {}:{}; with TLS a client CA "
            "lets only clients with a certificate in",
            port.name, options.address, server.value()->port());
    }
    return server;
}

}  // namespace app
