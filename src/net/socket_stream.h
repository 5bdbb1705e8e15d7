#pragma once

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/log_throttle.h"
#include "base/metrics.h"
#include "net/byte_budget.h"
#include "net/connection_list.h"
#include "net/stream.h"

// Inside of StreamServer.

namespace net {

class SocketStream;

// What all connections of one server share. Outlives them: each holds it. Thread-safe.
struct StreamShared {
    StreamShared(Runtime& server_runtime, StreamServerOptions server_options,
                 StreamServer::Handler server_handler);

    Runtime& runtime;
    const StreamServerOptions options;
    const StreamServer::Handler handler;
    ByteBudget budget;
    std::atomic<bool> one_is_beyond = false;  // the budget's limit, by hold_beyond
    base::LogThrottle failed_handshake;

    base::Counter& received_bytes;
    base::Counter& sent_bytes;
    base::Counter& refused_connections;
    base::Counter& failed_handshakes;

    ConnectionList<SocketStream> connections;
};

// A Stream over a socket, with TLS or without.
class SocketStream final : public Stream, public std::enable_shared_from_this<SocketStream> {
  public:
    SocketStream(std::shared_ptr<StreamShared> shared, asio::ip::tcp::socket socket);
    ~SocketStream() override;

    // Serves until either side ends it. No exception leaves it.
    Task<void> run();

    // From any thread: is_stopping() from now on, and a read ends; or closes at once.
    void finish();
    void break_off();

    Task<base::Result<std::size_t>> read_some(char* to, std::size_t size) override;
    void read_within(std::chrono::milliseconds limit) override;
    Task<base::Status> write(std::string_view bytes) override;
    void close() override;
    bool is_stopping() const override { return stopping_; }
    const std::string& peer() const override { return peer_; }
    bool hold(std::size_t bytes) override;
    bool hold_beyond(std::size_t bytes) override;
    void spawn(Task<void> task) override;
    asio::any_io_executor executor() override { return socket_.get_executor(); }

  private:
    void end_beyond();
    using Clock = std::chrono::steady_clock;
    using TimePoint = Clock::time_point;

    Task<bool> shake_hands();
    Task<void> say_goodbye();
    void arm_read_timer();
    // Closes when the time is over before cancel() of the timer.
    void close_within(std::chrono::milliseconds limit);

    const std::shared_ptr<StreamShared> shared_;
    asio::ip::tcp::socket socket_;
    std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
    std::string peer_;
    Charge charge_;
    std::size_t held_ = 0;
    bool is_beyond_ = false;

    asio::cancellation_signal read_cancel_;
    asio::steady_timer read_timer_;
    TimePoint read_deadline_ = TimePoint::max();
    TimePoint armed_for_ = TimePoint::max();
    bool read_expired_ = false;

    asio::steady_timer write_timer_;
    bool write_expired_ = false;
    bool stopping_ = false;
    bool closed_ = false;
};

}  // namespace net
