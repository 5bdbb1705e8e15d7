#include "app/server/input_ports.h"

#include <algorithm>

#include "app/server/input_options.h"
#include "app/server/rabbitmq_options.h"
#include "base/log.h"

namespace app {

namespace {

using Stream = std::shared_ptr<net::Stream>;
using Batch = std::shared_ptr<const net::Datagrams>;

// Of the GELF port over TCP.
constexpr std::uint64_t gelf_connections = 1000;
constexpr std::uint64_t gelf_inflight_bytes = 128 << 20;

input::SyslogOptions syslog_options(const Configuration& configuration) {
    auto options = options_of<input::SyslogOptions>(configuration);
    options.message_bytes = configuration.record_bytes;
    return options;
}

input::ForwardOptions forward_options(const Configuration& configuration) {
    auto options = options_of<input::ForwardOptions>(configuration);
    options.shared_key = configuration.forward_shared_key;
    options.message_bytes = configuration.body_bytes;
    options.inflight_bytes = configuration.forward_inflight_bytes;
    return options;
}

input::GelfOptions gelf_options(const Configuration& configuration) {
    auto options = options_of<input::GelfOptions>(configuration);
    options.message_bytes = configuration.record_bytes;
    return options;
}

input::FilesOptions files_options(const Configuration& configuration) {
    auto options = options_of<input::FilesOptions>(configuration);
    options.paths = split_words(configuration.files_paths);
    options.begins = configuration.files_begins;
    for (const auto& rule : configuration.files_kinds) {
        options.kinds.push_back({rule.pattern, rule.value});
    }
    for (const auto& rule : configuration.files_services) {
        options.services.push_back({rule.pattern, rule.value});
    }
    options.kind_options.line_prefix = configuration.files_postgresql_prefix;
    options.checkpoints = configuration.data + "/files";
    options.limits.line_bytes = configuration.record_bytes;
    return options;
}

}  // namespace

InputPorts::InputPorts(input::Intakes intakes, const Configuration& configuration,
                       const event::Catalog& catalog, Entrances& entrances)
    : intakes_(intakes),
      runtime_(intakes.runtime),
      configuration_(configuration),
      catalog_(catalog),
      entrances_(entrances),
      syslog_(intakes, syslog_options(configuration)),
      forward_(intakes, forward_options(configuration)),
      gelf_(intakes, gelf_options(configuration)) {}

base::Status InputPorts::open() {
    TRY(open_syslog());
    TRY(open_forward());
    TRY(open_gelf());
    TRY(open_files());
    return open_rabbitmq();
}

base::Status InputPorts::open_stream(const StreamPort& port, net::StreamServer::Handler handler) {
    TRY(auto opened, open_stream_port(runtime_, port, std::move(handler)));
    entrances_.open(port.setting, port.name, "tcp", port.address.host, opened->port(), port.tls);
    streams_.push_back(std::move(opened));
    return base::ok();
}

base::Status InputPorts::open_syslog() {
    const auto& all = configuration_;
    const auto handler = [this](Stream stream) { return syslog_.handle(std::move(stream)); };
    const auto open = [&](const char* name, const char* setting, const Address& address,
                          const Tls& tls) {
        return open_stream(
            {name, setting, address, tls, all.syslog_connections, all.syslog_inflight_bytes},
            handler);
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
                          [this](Batch batch) { return syslog_.take(std::move(batch)); });
}

base::Status InputPorts::open_forward() {
    const auto& all = configuration_;
    if (!all.forward) return base::ok();
    TRY(open_stream({"forward", "forward.address", *all.forward, all.forward_tls,
                     all.forward_connections, all.forward_inflight_bytes},
                    [this](Stream stream) { return forward_.handle(std::move(stream)); }));
    if (!all.forward_shared_key.empty()) entrances_.need_key("forward.address");
    return base::ok();
}

base::Status InputPorts::open_gelf() {
    const auto& all = configuration_;
    if (all.gelf_tcp) {
        TRY(open_stream({"gelf-tcp",
                         "gelf.tcp.address",
                         *all.gelf_tcp,
                         {},
                         gelf_connections,
                         gelf_inflight_bytes},
                        [this](Stream stream) { return gelf_.handle(std::move(stream)); }));
    }
    if (!all.gelf_udp) return base::ok();
    return open_datagrams("gelf", "gelf.udp.address", *all.gelf_udp,
                          [this](Batch batch) { return gelf_.take(std::move(batch)); });
}

base::Status InputPorts::open_files() {
    const auto options = files_options(configuration_);
    if (options.paths.empty()) return base::ok();
    auto made = input::FilesInput::create(intakes_, options);
    if (!made) {
        auto error = made.error();
        error.message = "files: " + error.message;
        return error;
    }
    files_ = std::move(made.value());
    files_->start();
    entrances_.open("files.paths", "files", "files", configuration_.files_paths, 0);
    base::log().info("files: following {}", configuration_.files_paths);
    return base::ok();
}

base::Status InputPorts::open_rabbitmq() {
    TRY(auto options, rabbitmq_options(configuration_, catalog_));
    if (options.brokers.empty()) return base::ok();
    rabbitmq_ = std::make_unique<input::RabbitmqInput>(intakes_, std::move(options));
    auto started = rabbitmq_->start();
    if (!started) started.error().message = "rabbitmq: " + started.error().message;
    return started;
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
    entrances_.open(setting, name, "udp", address.host, server.value()->port());
    datagrams_.push_back(std::move(server.value()));
    return base::ok();
}

void InputPorts::stop(std::chrono::milliseconds limit) {
    syslog_.stop();
    gelf_.stop();
    const auto end = std::chrono::steady_clock::now() + limit;
    const auto left = [end] {
        const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        return std::max(rest, std::chrono::milliseconds(0));
    };
    if (files_) files_->stop();
    if (rabbitmq_) rabbitmq_->stop();
    for (const auto& port : streams_) port->stop(left());
    for (const auto& port : datagrams_) port->stop(left());
}

void InputPorts::close() {
    streams_.clear();
    datagrams_.clear();
    files_.reset();
    rabbitmq_.reset();
}

}  // namespace app
