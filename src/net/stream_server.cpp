#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/log.h"
#include "net/acceptor.h"
#include "net/socket_stream.h"

namespace net {

using asio::ip::tcp;
using boost::system::error_code;

namespace {

// How long connections that were broken off get to end.
constexpr std::chrono::seconds last_wait{5};

void take(const std::shared_ptr<StreamShared>& shared, tcp::socket socket) {
    const auto executor = socket.get_executor();
    // Connections are only made here, so that the number cannot grow meanwhile.
    if (shared->connections.size() >= shared->options.max_connections) {
        shared->refused_connections.add();
        return;
    }
    const auto stream = std::make_shared<SocketStream>(shared, std::move(socket));
    if (!shared->connections.add(stream)) return;
    asio::co_spawn(executor, [stream] { return stream->run(); }, asio::detached);
}

class AsioStreamServer final : public StreamServer {
  public:
    AsioStreamServer(std::shared_ptr<StreamShared> shared, std::shared_ptr<Acceptor> acceptor)
        : shared_(std::move(shared)), acceptor_(std::move(acceptor)) {}
    ~AsioStreamServer() override { stop(std::chrono::milliseconds(0)); }

    std::uint16_t port() const override { return acceptor_->port(); }

    void stop(std::chrono::milliseconds limit) override {
        if (!shared_->connections.begin_stop()) return;
        acceptor_->close();
        if (!shared_->connections.end_all(limit, last_wait)) {
            base::log().warn("{}: some connections are still worked on after the server stopped",
                             shared_->options.name);
        }
    }

  private:
    const std::shared_ptr<StreamShared> shared_;
    const std::shared_ptr<Acceptor> acceptor_;
};

void publish_gauges(const std::shared_ptr<StreamShared>& shared) {
    const std::weak_ptr<StreamShared> weak = shared;
    const base::Labels input = {{"input", shared->options.name}};
    base::metrics().gauge("ordertrail_stream_connections", "Open connections of an input's port",
                          input, [weak] {
                              const auto server = weak.lock();
                              return server ? static_cast<double>(server->connections.size()) : 0.0;
                          });
    base::metrics().gauge("ordertrail_stream_held_bytes",
                          "Bytes that connections of an input's port hold until they are stored",
                          input, [weak] {
                              const auto server = weak.lock();
                              return server ? static_cast<double>(server->budget.used()) : 0.0;
                          });
}

base::Counter& counter(const std::string& name, std::string_view metric, std::string_view help) {
    return base::metrics().counter(metric, help, {{"input", name}});
}

}  // namespace

StreamShared::StreamShared(Runtime& server_runtime, StreamServerOptions server_options,
                           StreamServer::Handler server_handler)
    : runtime(server_runtime),
      options(std::move(server_options)),
      handler(std::move(server_handler)),
      budget(options.max_held_bytes),
      received_bytes(counter(options.name, "ordertrail_stream_received_bytes_total",
                             "Bytes read from clients of an input's port")),
      sent_bytes(counter(options.name, "ordertrail_stream_sent_bytes_total",
                         "Bytes written to clients of an input's port")),
      refused_connections(counter(options.name, "ordertrail_stream_refused_connections_total",
                                  "Connections beyond the limit of an input's port")),
      failed_handshakes(counter(options.name, "ordertrail_stream_failed_handshakes_total",
                                "TLS handshakes that failed at an input's port")) {}

base::Result<std::unique_ptr<StreamServer>> StreamServer::create(Runtime& runtime,
                                                                 StreamServerOptions options,
                                                                 Handler handler) {
    TRY(auto acceptor, Acceptor::create(runtime, options.address, options.port));
    const auto shared =
        std::make_shared<StreamShared>(runtime, std::move(options), std::move(handler));
    publish_gauges(shared);
    acceptor->start([shared](tcp::socket socket) { take(shared, std::move(socket)); });
    return std::make_unique<AsioStreamServer>(shared, std::move(acceptor));
}

// --- Signal
// --------------------------------------------------------------------------------------------------

struct Signal::Timer {
    asio::steady_timer timer;
};

Signal::Signal(Stream& stream)
    : timer_(std::make_unique<Timer>(Timer{asio::steady_timer(stream.executor())})) {}
Signal::~Signal() = default;

void Signal::notify() {
    notified_ = true;
    timer_->timer.cancel();
}

Task<bool> Signal::wait_for(std::chrono::milliseconds limit) {
    if (!notified_) {
        error_code ignored;
        if (limit == Stream::forever) {
            timer_->timer.expires_at(std::chrono::steady_clock::time_point::max());
        } else {
            timer_->timer.expires_after(limit);
        }
        co_await timer_->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return std::exchange(notified_, false);
}

Task<void> Signal::wait() {
    while (!notified_) {
        const bool notified = co_await wait_for(Stream::forever);
        if (notified) co_return;
    }
    notified_ = false;
}

}  // namespace net
