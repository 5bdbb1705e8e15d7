#pragma once

#include <cstdint>
#include <string>

namespace api {

// A way in for events, as it is configured: a port, or log files that are followed. A value type.
struct Entrance {
    enum class Tls : std::uint8_t { none, server, optional_clients, required_clients };

    std::string setting;  // that opens it: "syslog.tls.address"
    std::string example;  // a value of it to begin with
    std::string input;    // what comes in by it, as in metrics: "syslog"; "http": several, by path
    std::string name;     // of the port, as in metrics: "syslog-tls"
    bool open = false;    // what follows counts only then
    std::string transport;  // "tcp", "udp", "files"
    std::string host;
    std::uint16_t port = 0;
    Tls tls = Tls::none;
    bool needs_key = false;  // clients have to know a key
};

}  // namespace api
