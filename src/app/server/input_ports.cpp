#include "app/server/input_ports.h"

#include <algorithm>

#include "base/log.h"

namespace app {

namespace {

using Streams = std::shared_ptr<net::Stream>;

input::SyslogOptions syslog_options(const Configuration& configuration) {
    input::SyslogOptions options;
    options.origin.environment = configuration.environment;
    options.origin.time_zone = configuration.time_zone;
    options.message_bytes = configuration.record_bytes;
    return options;
}

}  // namespace

InputPorts::InputPorts(input::Intakes intakes, const Configuration& configuration)
    : runtime_(intakes.runtime),
      configuration_(configuration),
      syslog_(intakes, syslog_options(configuration)) {}

base::Status InputPorts::open() { return open_syslog(); }

base::Status InputPorts::open_syslog() {
    const auto& all = configuration_;
    const auto handler = [this](Streams stream) { return syslog_.handle(std::move(stream)); };
    const auto open = [&](const char* name, const char* setting, const Address& address,
                          const Tls& tls) -> base::Status {
        TRY(auto port, open_stream_port(runtime_,
                                        {name, setting, address, tls, all.syslog_connections,
                                         all.syslog_inflight_bytes},
                                        handler));
        streams_.push_back(std::move(port));
        return base::ok();
    };
    if (all.syslog_tcp) TRY(open("syslog-tcp", "syslog.tcp.address", *all.syslog_tcp, {}));
    if (all.syslog_tls) {
        if (all.syslog_tls_files.certificate.empty()) {
            return base::invalid("syslog.tls.address: expected syslog.tls.certificate as well");
        }
        TRY(open("syslog-tls", "syslog.tls.address", *all.syslog_tls, all.syslog_tls_files));
    }
    if (!all.syslog_udp) return base::ok();
    return open_datagrams("syslog", "syslog.udp.address", *all.syslog_udp,
                          [this](std::shared_ptr<const net::Datagrams> datagrams) {
                              return syslog_.take(std::move(datagrams));
                          });
}

base::Status InputPorts::open_datagrams(const char* name, const char* setting,
                                        const Address& address,
                                        net::DatagramServer::Handler handler) {
    net::DatagramServerOptions options;
    options.name = name;
    options.address = address.host;
    options.port = address.port;
    auto server = net::DatagramServer::create(runtime_, options, std::move(handler));
    if (!server) {
        auto error = server.error();
        error.message = std::string(setting) + ": " + error.message;
        return error;
    }
    base::log().info("{}: listening on {}:{}, UDP", name, address.host, server.value()->port());
    datagrams_.push_back(std::move(server.value()));
    return base::ok();
}

void InputPorts::stop(std::chrono::milliseconds limit) {
    syslog_.stop();
    const auto end = std::chrono::steady_clock::now() + limit;
    const auto left = [end] {
        const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        return std::max(rest, std::chrono::milliseconds(0));
    };
    for (const auto& port : streams_) port->stop(left());
    for (const auto& port : datagrams_) port->stop(left());
}

void InputPorts::close() {
    streams_.clear();
    datagrams_.clear();
}

}  // namespace app
