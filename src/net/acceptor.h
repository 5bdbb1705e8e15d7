#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/task.h"

// Inside of the servers of net.

namespace net {

// Listens at an address and takes connections, each on a strand of its own. `create` and `port` are
// for the owner's thread; what it calls runs on its own strand.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
  public:
    using Take = std::function<void(asio::ip::tcp::socket)>;

    // Listens at once. `address`: an IP address or "localhost". InvalidArgument for one that is
    // none, Io when it cannot be had.
    static base::Result<std::shared_ptr<Acceptor>> create(Runtime& runtime,
                                                          const std::string& address,
                                                          std::uint16_t port);

    std::uint16_t port() const { return port_; }
    // Begins to take connections. To be called once.
    void start(Take take);
    // Takes no more. From any thread.
    void close();

  private:
    Acceptor(Runtime& runtime, asio::ip::tcp::acceptor acceptor, std::uint16_t port);
    Task<void> run();

    Runtime& runtime_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer timer_;
    const std::uint16_t port_;
    Take take_;
};

}  // namespace net
