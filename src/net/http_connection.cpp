#include "net/http_exchange.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/clock.h"
#include "base/log.h"
#include "net/body_decoder.h"
#include "net/gzip.h"
#include "net/http_message.h"

namespace net {

namespace beast = boost::beast;
using boost::system::error_code;

namespace {

constexpr std::size_t head_read = 4 << 10;
constexpr std::size_t piece_read = 64 << 10;
constexpr std::size_t compress_from = 1 << 10;
constexpr std::size_t compress_apart_from = 256 << 10;

// One piece of a streamed answer; a thrown exception becomes an error.
Task<base::Result<std::string>> next_of(HttpResponse& response) {
    std::string what;
    try {
        co_return co_await response.stream();
    } catch (const std::exception& thrown) {
        what = thrown.what();
    } catch (...) {
        what = "unknown exception";
    }
    co_return base::Error{base::Code::internal, fmt::format("internal error: {}", what)};
}

}  // namespace

Connection::Connection(std::shared_ptr<ServerShared> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto remote = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = remote.address().to_string();
}

Connection::~Connection() { shared_->connections.remove(this); }

Task<void> Connection::run() {
    // Held by the coroutine, not by who started it.
    const auto self = shared_from_this();
    try {
        co_await serve();
    } catch (const std::exception& thrown) {
        base::log().error("connection of {} ended by an exception: {}", peer_, thrown.what());
    } catch (...) {
        base::log().error("connection of {} ended by an unknown exception", peer_);
    }
    close();
}

void Connection::finish() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->finishing_ = true;
        if (self->waiting_) self->close();
    });
}

void Connection::break_off() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        if (self->gone_) self->gone_->request_stop();
        self->close();
    });
}

void Connection::close() {
    broken_ = true;
    finishing_ = true;
    clear_deadline();
    timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

Task<void> Connection::serve() {
    for (bool go_on = co_await wait_for_request(); go_on;) {
        go_on = co_await one_request();
        if (go_on) go_on = co_await wait_for_request();
    }
    if (unread_ && !broken_) co_await linger();
}

Task<bool> Connection::wait_for_request() {
    if (finishing_) co_return false;
    if (buffer_.size() == 0) {
        // An idle connection holds little memory.
        if (buffer_.capacity() > head_read) buffer_ = beast::flat_buffer();
        waiting_ = true;
        set_deadline(Clock::now() + shared_->options.idle);
        const bool came = co_await fill_buffer(head_read);
        waiting_ = false;
        if (!came || finishing_) co_return false;
    }
    co_return true;
}

Task<bool> Connection::one_request() {
    Exchange exchange(shared_->budget);
    Outcome refusal = co_await read_request(exchange);
    if (refusal && refusal->status == 0) co_return false;
    HttpResponse response;
    if (refusal) {
        // Assigning an empty string would keep the old one's memory.
        std::string().swap(exchange.request.body);
        exchange.charge.release();
        last_ = !can_go_on(exchange);
        unread_ = refusal->status != 408 && (last_ || !exchange.is_read());
        response =
            shared_->refusal(refusal->status, refusal->why, exchange.path, exchange.content_type);
    } else {
        response = co_await handle(exchange);
        // Until the client has taken it.
        exchange.charge.replace(response.body.size());
    }
    const int status = response.status;
    bool go_on = co_await answer(exchange, std::move(response));
    gone_.reset();
    error_code ignored;
    socket_.cancel(ignored);  // the watch on the client
    const std::chrono::duration<double> took = Clock::now() - exchange.began;
    shared_->count(status, took.count());
    if (go_on && unread_) go_on = co_await drain(exchange);
    co_return (go_on && !finishing_);
}

// --- answering
// -------------------------------------------------------------------------------------------------

Task<HttpResponse> Connection::handle(Exchange& exchange) {
    clear_deadline();
    const auto& gone = gone_.emplace();
    exchange.request.gone = gone.get_token();
    exchange.request.hold = [&charge = exchange.charge](std::size_t bytes) {
        return charge.add(bytes);
    };
    watch_client(gone);
    std::string what;
    try {
        co_return co_await shared_->handler(std::move(exchange.request));
    } catch (const std::exception& thrown) {
        what = thrown.what();
    } catch (...) {
        what = "unknown exception";
    }
    base::log().error("request {} to {} failed by an exception: {}", exchange.id, exchange.path,
                      what);
    co_return shared_->refusal(500, {base::Code::internal, fmt::format("internal error: {}", what)},
                               exchange.path, exchange.content_type);
}

// Asks the handler to stop when the client closes the connection. Bytes of a next request end the
// watch.
void Connection::watch_client(std::stop_source source) {
    if (buffer_.size() > 0) return;
    socket_.async_wait(
        asio::socket_base::wait_read,
        [weak = weak_from_this(), source = std::move(source)](error_code error) mutable {
            const auto self = weak.lock();
            if (error || !self || !self->socket_.is_open()) return;
            char byte = 0;
            const auto got =
                ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
            if (got > 0 || (got < 0 && errno == EAGAIN)) return;
            source.request_stop();
        });
}

Task<bool> Connection::answer(Exchange& exchange, HttpResponse response) {
    if (response.stream && !is_bodyless(response.status)) {
        co_return co_await answer_stream(exchange, std::move(response));
    }
    Framing framing;
    framing.request_id = exchange.id;
    framing.old_version = exchange.parser.get().version() < 11;
    framing.keep_alive =
        exchange.parser.is_header_done() && exchange.parser.keep_alive() && !finishing_ && !last_;
    if (exchange.takes_gzip && !exchange.head_only && response.body.size() > compress_from &&
        is_compressible(response.content_type) &&
        header(response.headers, "content-encoding").empty()) {
        std::string packed;
        if (response.body.size() >= compress_apart_from) {
            packed = co_await run_on(shared_->runtime.query(), [&] { return gzip(response.body); });
        } else {
            packed = gzip(response.body);
        }
        framing.gzipped = !packed.empty();
        if (framing.gzipped) response.body = std::move(packed);
    }
    if (is_bodyless(response.status)) framing.body = Framing::Body::none;
    framing.size = response.body.size();
    if (exchange.head_only || is_bodyless(response.status)) response.body.clear();
    const std::string head = response_head(response, framing);
    const bool written = co_await write_all(head, response.body);
    co_return (written && framing.keep_alive);
}

Task<bool> Connection::answer_stream(Exchange& exchange, HttpResponse response) {
    Framing framing;
    framing.request_id = exchange.id;
    framing.old_version = exchange.parser.get().version() < 11;
    framing.body = framing.old_version ? Framing::Body::until_close : Framing::Body::chunked;
    framing.keep_alive =
        !framing.old_version && exchange.parser.keep_alive() && !finishing_ && !last_;
    std::string piece;
    if (!exchange.head_only) {
        auto first = co_await next_of(response);
        if (!first) {
            const auto& why = first.error();
            auto refusal =
                shared_->refusal(status_of(why.code), why, exchange.path, exchange.content_type);
            co_return co_await answer(exchange, std::move(refusal));
        }
        piece = std::move(first).value();
    }
    const std::string head = response_head(response, framing);
    if (const bool sent = co_await write_all(head); !sent) co_return false;
    if (exchange.head_only) co_return framing.keep_alive;
    const bool whole = co_await write_pieces(response, std::move(piece), !framing.old_version);
    co_return (whole && framing.keep_alive);
}

Task<bool> Connection::write_pieces(HttpResponse& response, std::string piece, bool chunked) {
    while (!piece.empty()) {
        const std::string head = chunked ? fmt::format("{:x}\r\n", piece.size()) : std::string();
        if (chunked) piece += "\r\n";
        if (const bool sent = co_await write_all(head, piece); !sent) co_return false;
        auto next = co_await next_of(response);
        if (!next) {
            base::log().warn("a streamed answer broke off: {}", next.error().message);
            // Without the last chunk the client knows; without chunks only a reset tells it.
            if (!chunked) {
                error_code ignored;
                socket_.set_option(asio::socket_base::linger(true, 0), ignored);
            }
            co_return false;
        }
        piece = std::move(next).value();
    }
    co_return !chunked || co_await write_all("0\r\n\r\n");
}

// --- the socket
// ------------------------------------------------------------------------------------------------

Task<std::size_t> Connection::read_some(char* to, std::size_t size) {
    if (expired_ || broken_) co_return 0;
    error_code error;
    const std::size_t got = co_await socket_.async_read_some(
        asio::buffer(to, size), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return 0;
    shared_->received_bytes.add(got);
    co_return got;
}

Task<bool> Connection::fill_buffer(std::size_t at_most) {
    const auto space = buffer_.prepare(at_most);
    const std::size_t got = co_await read_some(static_cast<char*>(space.data()), space.size());
    buffer_.commit(got);
    co_return got > 0;
}

Task<bool> Connection::write_all(std::string_view first, std::string_view second) {
    const TimePoint began = Clock::now();
    std::uint64_t total = 0;
    expired_ = false;
    while (!first.empty() || !second.empty()) {
        set_transfer_deadline(began, total);
        if (expired_ || broken_) co_return false;
        const std::array<asio::const_buffer, 2> buffers = {
            asio::buffer(first.data(), first.size()), asio::buffer(second.data(), second.size())};
        error_code error;
        const std::size_t sent = co_await socket_.async_write_some(
            buffers, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return false;
        total += sent;
        shared_->sent_bytes.add(sent);
        const std::size_t of_first = std::min(sent, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(sent - of_first);
    }
    clear_deadline();
    co_return true;
}

void Connection::set_transfer_deadline(TimePoint began, std::uint64_t bytes) {
    const auto& options = shared_->options;
    const auto earned = std::chrono::milliseconds(
        bytes * 1000 / std::max<std::size_t>(1, options.least_bytes_per_second));
    set_deadline(std::min(Clock::now() + options.stall, began + options.stall + earned));
}

void Connection::set_deadline(TimePoint at) {
    deadline_ = at;
    if (!timer_armed_ || at < timer_.expiry()) arm_timer();
}

// The timer runs to some deadline that was set and looks then whether it was moved: setting one is
// only an assignment.
void Connection::arm_timer() {
    timer_armed_ = true;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->timer_armed_ = false;
        if (self->deadline_ == TimePoint::max()) return;
        if (Clock::now() < self->deadline_) {
            self->arm_timer();
        } else {
            self->expired_ = true;
            error_code ignored;
            self->socket_.cancel(ignored);
        }
    });
}

}  // namespace net
