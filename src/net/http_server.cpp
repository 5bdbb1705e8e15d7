#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>

#include "base/log.h"
#include "net/http_connection.h"
#include "net/http_message.h"

namespace net {

using asio::ip::tcp;
using boost::system::error_code;

namespace {

// After a failed accept (no descriptors left, mostly) the next try waits this long.
constexpr std::chrono::milliseconds accept_pause{100};
// How long connections that were broken off get to end.
constexpr std::chrono::seconds last_wait{5};

// Takes connections for a server, on a strand of its own.
class Listener : public std::enable_shared_from_this<Listener> {
  public:
    Listener(std::shared_ptr<ServerShared> shared, tcp::acceptor acceptor)
        : shared_(std::move(shared)),
          acceptor_(std::move(acceptor)),
          timer_(acceptor_.get_executor()) {}

    Task<void> run() {
        const auto self = shared_from_this();
        while (acceptor_.is_open()) {
            error_code error;
            tcp::socket socket(asio::make_strand(shared_->runtime.io()));
            co_await acceptor_.async_accept(socket,
                                            asio::redirect_error(asio::use_awaitable, error));
            if (error == asio::error::operation_aborted || !acceptor_.is_open()) break;
            if (error) {
                base::log().warn("cannot take a connection: {}", error.message());
                timer_.expires_after(accept_pause);
                co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
                continue;
            }
            take(std::move(socket));
        }
    }

    void close() {
        asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
            error_code ignored;
            self->acceptor_.close(ignored);
            self->timer_.cancel();
        });
    }

  private:
    void take(tcp::socket socket) {
        const auto executor = socket.get_executor();
        const std::size_t open = [this] {
            const std::lock_guard lock(shared_->mutex);
            return shared_->connections.size();
        }();
        // Connections are only made here, so that the number cannot grow meanwhile.
        if (open >= shared_->options.max_connections) return turn_away(std::move(socket));
        const auto connection = std::make_shared<Connection>(shared_, std::move(socket));
        {
            const std::lock_guard lock(shared_->mutex);
            if (!shared_->stopping) shared_->connections.emplace(connection.get(), connection);
        }
        if (shared_->is_stopping()) return;
        asio::co_spawn(executor, [connection] { return connection->run(); }, asio::detached);
    }

    // Too many connections: says so as far as the socket takes it at once.
    void turn_away(tcp::socket socket) {
        shared_->refused_connections.add();
        auto response = shared_->refusal(
            503, {base::Code::busy, "too many connections; try again in a second"}, "", "");
        Framing framing;
        framing.keep_alive = false;
        framing.size = response.body.size();
        const std::string text = response_head(response, framing) + response.body;
        const int descriptor = socket.native_handle();
        char sink[4096];
        while (::recv(descriptor, sink, sizeof(sink), MSG_DONTWAIT) > 0) {
        }
        if (::send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
            error_code ignored;
            socket.shutdown(tcp::socket::shutdown_send, ignored);
        }
    }

    const std::shared_ptr<ServerShared> shared_;
    tcp::acceptor acceptor_;
    asio::steady_timer timer_;
};

class AsioHttpServer final : public HttpServer {
  public:
    AsioHttpServer(std::shared_ptr<ServerShared> shared, std::shared_ptr<Listener> listener,
                   std::uint16_t port)
        : shared_(std::move(shared)), listener_(std::move(listener)), port_(port) {}
    ~AsioHttpServer() override { stop(std::chrono::milliseconds(0)); }

    std::uint16_t port() const override { return port_; }

    void stop(std::chrono::milliseconds limit) override {
        {
            const std::lock_guard lock(shared_->mutex);
            if (std::exchange(shared_->stopping, true)) return;
        }
        listener_->close();
        for (const auto& connection : living()) connection->finish();
        if (wait_until_empty(limit)) return;
        for (const auto& connection : living()) connection->break_off();
        if (!wait_until_empty(last_wait)) {
            base::log().warn("some requests are still worked on after the server stopped");
        }
    }

  private:
    // Not to be destroyed under the lock, which Connection's destructor takes.
    std::vector<std::shared_ptr<Connection>> living() const {
        std::vector<std::shared_ptr<Connection>> found;
        const std::lock_guard lock(shared_->mutex);
        found.reserve(shared_->connections.size());
        for (const auto& [key, weak] : shared_->connections) {
            if (auto connection = weak.lock()) found.push_back(std::move(connection));
        }
        return found;
    }

    bool wait_until_empty(std::chrono::milliseconds limit) const {
        std::unique_lock lock(shared_->mutex);
        return shared_->left.wait_for(lock, limit, [this] { return shared_->connections.empty(); });
    }

    const std::shared_ptr<ServerShared> shared_;
    const std::shared_ptr<Listener> listener_;
    const std::uint16_t port_;
};

base::Error cannot_listen(const HttpServerOptions& options, const error_code& error) {
    return {base::Code::io,
            fmt::format("cannot listen on {}:{}: {}; choose another address or port, or end the "
                        "program that holds it",
                        options.address, options.port, error.message())};
}

base::Result<tcp::acceptor> listen(Runtime& runtime, const HttpServerOptions& options) {
    error_code error;
    const auto text = options.address == "localhost" ? "127.0.0.1" : options.address;
    const auto address = asio::ip::make_address(text, error);
    if (error) {
        return base::invalid(
            fmt::format("[{}] is not an IP address to listen on", options.address));
    }
    const tcp::endpoint endpoint(address, options.port);
    tcp::acceptor acceptor(asio::make_strand(runtime.io()));
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return cannot_listen(options, error);
    return acceptor;
}

void publish_gauges(const std::shared_ptr<ServerShared>& shared) {
    const std::weak_ptr<ServerShared> weak = shared;
    base::metrics().gauge("ordertrail_http_connections", "Open HTTP connections", {}, [weak] {
        const auto server = weak.lock();
        if (!server) return 0.0;
        const std::lock_guard lock(server->mutex);
        return static_cast<double>(server->connections.size());
    });
    base::metrics().gauge("ordertrail_http_inflight_bytes",
                          "Bytes of request bodies being received or worked on", {}, [weak] {
                              const auto server = weak.lock();
                              return server ? static_cast<double>(server->budget.used()) : 0.0;
                          });
}

}  // namespace

ServerShared::ServerShared(Runtime& server_runtime, HttpServerOptions server_options,
                           Handler server_handler, HttpServer::Refuse server_refuse)
    : runtime(server_runtime),
      options(std::move(server_options)),
      handler(std::move(server_handler)),
      refuse(std::move(server_refuse)),
      budget(options.max_inflight_bytes),
      duration(base::metrics().duration("ordertrail_http_request_seconds",
                                        "From a request's first byte to its answer's last")),
      received_bytes(base::metrics().counter("ordertrail_http_received_bytes_total",
                                             "Bytes read from HTTP clients")),
      sent_bytes(base::metrics().counter("ordertrail_http_sent_bytes_total",
                                         "Bytes written to HTTP clients")),
      refused_connections(base::metrics().counter("ordertrail_http_refused_connections_total",
                                                  "Connections beyond the limit")) {
    for (int at = 0; at < 6; ++at) {
        requests_by_class[at] = &base::metrics().counter(
            "ordertrail_http_requests_total", "Answered HTTP requests by class of status",
            {{"class", at == 0 ? "other" : fmt::format("{}xx", at)}});
    }
}

HttpResponse ServerShared::refusal(int status, const base::Error& why, const std::string& path,
                                   const std::string& content_type) const {
    HttpResponse response;
    if (refuse) {
        response = refuse(status, why, path, content_type);
        response.stream = nullptr;
    } else {
        response.status = status;
        response.content_type = "text/plain; charset=utf-8";
        response.body = why.message + "\n";
    }
    if ((status == 429 || status == 503) && header(response.headers, "retry-after").empty()) {
        response.headers.emplace_back("Retry-After", "1");
    }
    return response;
}

void ServerShared::count(int status, double seconds) {
    const int at = status / 100;
    requests_by_class[at >= 1 && at <= 5 ? at : 0]->add();
    duration.observe(seconds);
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::create(Runtime& runtime,
                                                             HttpServerOptions options,
                                                             Handler handler, Refuse refuse) {
    if (options.max_body_bytes > options.max_inflight_bytes) {
        return base::invalid(
            fmt::format("max_inflight_bytes ({}) must not be smaller than max_body_bytes ({})",
                        options.max_inflight_bytes, options.max_body_bytes));
    }
    TRY(auto acceptor, listen(runtime, options));
    error_code error;
    const auto endpoint = acceptor.local_endpoint(error);
    if (error) return cannot_listen(options, error);
    const auto shared = std::make_shared<ServerShared>(runtime, std::move(options),
                                                       std::move(handler), std::move(refuse));
    publish_gauges(shared);
    const auto executor = acceptor.get_executor();
    const auto listener = std::make_shared<Listener>(shared, std::move(acceptor));
    asio::co_spawn(executor, [listener] { return listener->run(); }, asio::detached);
    return std::make_unique<AsioHttpServer>(shared, listener, endpoint.port());
}

}  // namespace net
