#include "net/acceptor.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>

#include "base/log.h"

namespace net {

using asio::ip::tcp;
using boost::system::error_code;

namespace {

// After a failed accept (no descriptors left, mostly) the next try waits this long.
constexpr std::chrono::milliseconds accept_pause{100};

base::Error cannot_listen(const std::string& address, std::uint16_t port, const error_code& error) {
    return {base::Code::io,
            fmt::format("cannot listen on {}:{}: {}; choose another address or port, or end the "
                        "program that holds it",
                        address, port, error.message())};
}

}  // namespace

Acceptor::Acceptor(Runtime& runtime, tcp::acceptor acceptor, std::uint16_t port)
    : runtime_(runtime),
      acceptor_(std::move(acceptor)),
      timer_(acceptor_.get_executor()),
      port_(port) {}

base::Result<std::shared_ptr<Acceptor>> Acceptor::create(Runtime& runtime,
                                                         const std::string& address,
                                                         std::uint16_t port) {
    error_code error;
    const auto ip = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
    if (error) {
        return base::invalid(fmt::format("[{}] is not an IP address to listen on", address));
    }
    const tcp::endpoint endpoint(ip, port);
    tcp::acceptor acceptor(asio::make_strand(runtime.io()));
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return cannot_listen(address, port, error);
    const auto local = acceptor.local_endpoint(error);
    if (error) return cannot_listen(address, port, error);
    return std::shared_ptr<Acceptor>(new Acceptor(runtime, std::move(acceptor), local.port()));
}

void Acceptor::start(Take take) {
    take_ = std::move(take);
    asio::co_spawn(
        acceptor_.get_executor(), [self = shared_from_this()] { return self->run(); },
        asio::detached);
}

void Acceptor::close() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
        error_code ignored;
        self->acceptor_.close(ignored);
        self->timer_.cancel();
    });
}

Task<void> Acceptor::run() {
    const auto self = shared_from_this();
    while (acceptor_.is_open()) {
        error_code error;
        tcp::socket socket(asio::make_strand(runtime_.io()));
        co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) break;
        if (error) {
            base::log().warn("cannot take a connection: {}", error.message());
            timer_.expires_after(accept_pause);
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        try {
            take_(std::move(socket));
        } catch (const std::exception& thrown) {
            base::log().error("cannot serve a connection: {}", thrown.what());
        }
    }
    // What it holds may hold this.
    take_ = nullptr;
}

}  // namespace net
