#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "app/configuration/configuration.h"
#include "base/result.h"

namespace app {

// The whole server: store → pipeline → inputs → router → HTTP, wired and running. Owned by a
// command. Thread-safe.
class Server {
  public:
    // Opens the data directory and listens. `further_ports`: how many ports behind the configured
    // one may be tried when it is taken. Conflict when another process has the directory; Io when
    // the address cannot be had; InvalidArgument for a catalog that cannot be read.
    static base::Result<std::unique_ptr<Server>> start(const Configuration& configuration,
                                                       unsigned further_ports = 0);

    // Stops without patience unless stop() was called.
    virtual ~Server() = default;

    // "http://127.0.0.1:9200": where to reach it from this machine.
    virtual const std::string& url() const = 0;

    // Takes no more requests, finishes those under way (at most the configured time), closes the
    // store.
    virtual void stop() = 0;
};

}  // namespace app
