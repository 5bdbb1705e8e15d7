#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/metrics.h"
#include "net/byte_budget.h"
#include "net/connection_list.h"
#include "net/http.h"

// Inside of HttpServer; included by its two .cpp files alone.

namespace net {

class Connection;

// What all connections of one server share. Outlives them: each holds it. Thread-safe.
struct ServerShared {
    ServerShared(Runtime& server_runtime, HttpServerOptions server_options, Handler server_handler,
                 HttpServer::Refuse server_refuse);

    HttpResponse refusal(int status, const base::Error& why, const std::string& path,
                         const std::string& content_type) const;
    void count(int status, double seconds);

    Runtime& runtime;
    const HttpServerOptions options;
    const Handler handler;
    const HttpServer::Refuse refuse;
    ByteBudget budget;

    base::Counter* requests_by_class[6];
    base::DurationHistogram& duration;
    base::Counter& received_bytes;
    base::Counter& sent_bytes;
    base::Counter& refused_connections;

    ConnectionList<Connection> connections;
};

// Why a request is not handled.
struct Refusal {
    int status = 0;  // 0: the connection is gone, nobody is there to answer
    base::Error why;
};

// One client's connection: reads requests, calls the handler, writes the answers, in order.
// Everything in it happens on its own strand; the public functions may be called from anywhere.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(std::shared_ptr<ServerShared> shared, asio::ip::tcp::socket socket);
    ~Connection();

    // Serves until either side ends it. No exception leaves it.
    Task<void> run();

    // Closes when no request is under way, else after the present answer.
    void finish();
    // Closes now; a handler under way is asked to stop.
    void break_off();

  private:
    using Clock = std::chrono::steady_clock;
    using TimePoint = Clock::time_point;
    struct Exchange;
    // Nothing: go on.
    using Outcome = std::optional<Refusal>;

    Task<void> serve();
    Task<bool> wait_for_request();
    Task<bool> one_request();
    Task<Outcome> read_request(Exchange& exchange);
    Task<Outcome> read_head(Exchange& exchange);
    Outcome take_head(Exchange& exchange);
    Outcome check_framing(Exchange& exchange);
    Task<Outcome> read_body(Exchange& exchange);
    Task<Outcome> read_sized(Exchange& exchange);
    Task<Outcome> read_decoded(Exchange& exchange);
    // The next bytes of a body as they were sent; none at its end.
    Task<Outcome> next_piece(Exchange& exchange, std::string& piece);
    Task<Outcome> next_chunk(Exchange& exchange, std::string& piece);
    Outcome broken_off(Exchange& exchange) const;
    bool can_go_on(const Exchange& exchange) const;
    Task<bool> drain(Exchange& exchange);
    Task<void> linger();

    Task<HttpResponse> handle(Exchange& exchange);
    void watch_client(std::stop_source source);
    Task<bool> answer(Exchange& exchange, HttpResponse response);
    Task<bool> answer_stream(Exchange& exchange, HttpResponse response);
    Task<bool> write_pieces(HttpResponse& response, std::string piece, bool chunked);

    // Bytes read; 0 when the client is gone, a deadline passed (expired_) or the connection is
    // broken off.
    Task<std::size_t> read_some(char* to, std::size_t size);
    Task<bool> fill_buffer(std::size_t at_most);
    Task<bool> write_all(std::string_view first, std::string_view second = {});

    // One deadline at a time: when it passes, what waits on the socket ends and expired_ is set.
    void set_deadline(TimePoint at);
    void clear_deadline() { deadline_ = TimePoint::max(); }
    // Of a transfer: stall after now, and no slower than the least rate since it began.
    void set_transfer_deadline(TimePoint began, std::uint64_t bytes);
    void arm_timer();
    void close();

    const std::shared_ptr<ServerShared> shared_;
    asio::ip::tcp::socket socket_;
    asio::steady_timer timer_;
    TimePoint deadline_ = TimePoint::max();
    bool timer_armed_ = false;
    bool expired_ = false;
    bool waiting_ = false;    // between requests
    bool finishing_ = false;  // no further request is taken
    bool broken_ = false;
    bool last_ = false;    // the present request is
    bool unread_ = false;  // the client may still send what nobody reads
    std::string peer_;
    boost::beast::flat_buffer buffer_;      // read and not yet used
    std::optional<std::stop_source> gone_;  // of the request under way
};

}  // namespace net
