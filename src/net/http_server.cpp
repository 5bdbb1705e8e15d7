#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/log.h"
#include "net/acceptor.h"
#include "net/http_connection.h"
#include "net/http_message.h"

namespace net {

using asio::ip::tcp;
using boost::system::error_code;

namespace {

// How long connections that were broken off get to end.
constexpr std::chrono::seconds last_wait{5};

// Too many connections: says so as far as the socket takes it at once.
void turn_away(ServerShared& shared, tcp::socket socket) {
    shared.refused_connections.add();
    auto response = shared.refusal(
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

void take(const std::shared_ptr<ServerShared>& shared, tcp::socket socket) {
    const auto executor = socket.get_executor();
    // Connections are only made here, so that the number cannot grow meanwhile.
    if (shared->connections.size() >= shared->options.max_connections) {
        return turn_away(*shared, std::move(socket));
    }
    const auto connection = std::make_shared<Connection>(shared, std::move(socket));
    if (!shared->connections.add(connection)) return;
    asio::co_spawn(executor, [connection] { return connection->run(); }, asio::detached);
}

class AsioHttpServer final : public HttpServer {
  public:
    AsioHttpServer(std::shared_ptr<ServerShared> shared, std::shared_ptr<Acceptor> acceptor)
        : shared_(std::move(shared)), acceptor_(std::move(acceptor)) {}
    ~AsioHttpServer() override { stop(std::chrono::milliseconds(0)); }

    std::uint16_t port() const override { return acceptor_->port(); }

    void stop(std::chrono::milliseconds limit) override {
        if (!shared_->connections.begin_stop()) return;
        acceptor_->close();
        if (!shared_->connections.end_all(limit, last_wait)) {
            base::log().warn("some requests are still worked on after the server stopped");
        }
    }

  private:
    const std::shared_ptr<ServerShared> shared_;
    const std::shared_ptr<Acceptor> acceptor_;
};

void publish_gauges(const std::shared_ptr<ServerShared>& shared) {
    const std::weak_ptr<ServerShared> weak = shared;
    base::metrics().gauge("ordertrail_http_connections", "Open HTTP connections", {}, [weak] {
        const auto server = weak.lock();
        return server ? static_cast<double>(server->connections.size()) : 0.0;
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
    TRY(auto acceptor, Acceptor::create(runtime, options.address, options.port));
    const auto shared = std::make_shared<ServerShared>(runtime, std::move(options),
                                                       std::move(handler), std::move(refuse));
    publish_gauges(shared);
    acceptor->start([shared](tcp::socket socket) { take(shared, std::move(socket)); });
    return std::make_unique<AsioHttpServer>(shared, std::move(acceptor));
}

}  // namespace net
