#pragma once

#include <memory>
#include <string>

#include "app/configuration/configuration.h"
#include "net/stream.h"

namespace app {

// A port of a protocol that is not HTTP, as it is configured.
struct StreamPort {
    std::string name;     // of the input
    std::string setting;  // of its address, for messages
    Address address;
    Tls tls;
    std::uint64_t connections = 0;
    std::uint64_t inflight_bytes = 0;
};

// InvalidArgument for TLS files that cannot be used, Io when the address cannot be had. REQUIRES:
// runtime and what the handler uses outlive it.
base::Result<std::unique_ptr<net::StreamServer>> open_stream_port(
    net::Runtime& runtime, const StreamPort& port, net::StreamServer::Handler handler);

// Whether only this machine reaches the address.
bool is_loopback(const std::string& host);

}  // namespace app
