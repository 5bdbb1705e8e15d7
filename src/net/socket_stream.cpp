#include "net/socket_stream.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>

#include "base/arrivals.h"
#include "base/log.h"

namespace net {

using boost::system::error_code;

namespace {

// How long a client may take to close its side after the server did, so that what it still sends
// does not make the kernel throw away what it has not received yet.
constexpr std::chrono::milliseconds goodbye{1000};

std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
    const bool v6 = endpoint.address().is_v6();
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint.address().to_string(), v6 ? "]" : "",
                       endpoint.port());
}

// Exceptions of a task that nobody waits for.
void log_thrown(const std::string& peer, const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
        base::log().error("connection of {} ended by an exception: {}", peer, exception.what());
    } catch (...) {
        base::log().error("connection of {} ended by an unknown exception", peer);
    }
}

}  // namespace

SocketStream::SocketStream(std::shared_ptr<StreamShared> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)),
      socket_(std::move(socket)),
      charge_(shared_->budget),
      read_timer_(socket_.get_executor()),
      write_timer_(socket_.get_executor()) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto remote = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = text_of(remote);
    if (shared_->options.tls) tls_.emplace(socket_, shared_->options.tls->context());
}

SocketStream::~SocketStream() {
    end_beyond();
    shared_->connections.remove(this);
}

Task<void> SocketStream::run() {
    // Held by the coroutine, not by who started it.
    const std::shared_ptr<SocketStream> self = shared_from_this();
    std::shared_ptr<Stream> stream = self;
    std::exception_ptr thrown;
    try {
        const bool ready = co_await shake_hands();
        if (ready) co_await shared_->handler(std::move(stream));
        if (ready && !closed_) co_await say_goodbye();
    } catch (...) {
        thrown = std::current_exception();
    }
    log_thrown(peer_, thrown);
    close();
}

void SocketStream::finish() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        self->read_cancel_.emit(asio::cancellation_type::all);
    });
}

void SocketStream::break_off() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->close(); });
}

void SocketStream::close() {
    if (std::exchange(closed_, true)) return;
    stopping_ = true;
    read_timer_.cancel();
    write_timer_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

void SocketStream::spawn(Task<void> task) {
    asio::co_spawn(socket_.get_executor(), std::move(task),
                   [self = shared_from_this()](const std::exception_ptr& thrown) {
                       log_thrown(self->peer_, thrown);
                       if (thrown) self->close();
                   });
}

bool SocketStream::hold(std::size_t bytes) {
    end_beyond();
    if (bytes > held_ && !charge_.grow_to(bytes)) return false;
    if (bytes < held_) charge_.replace(bytes);
    held_ = bytes;
    return true;
}

bool SocketStream::hold_beyond(std::size_t bytes) {
    if (hold(bytes)) return true;
    if (shared_->one_is_beyond.exchange(true)) return false;
    is_beyond_ = true;
    charge_.replace(bytes);
    held_ = bytes;
    return true;
}

void SocketStream::end_beyond() {
    if (std::exchange(is_beyond_, false)) shared_->one_is_beyond = false;
}

Task<bool> SocketStream::shake_hands() {
    if (!tls_) co_return true;
    close_within(shared_->options.handshake);
    error_code error;
    co_await tls_->async_handshake(asio::ssl::stream_base::server,
                                   asio::redirect_error(asio::use_awaitable, error));
    write_timer_.cancel();
    if (!error && !closed_) co_return true;
    // A client that only looks whether the port is open is none that failed.
    if (error == asio::error::eof || (stopping_ && !write_expired_)) co_return false;
    shared_->failed_handshakes.add();
    const std::string why = write_expired_ ? "it took too long" : error.message();
    base::arrivals().hindered(shared_->options.name, base::Hindrance::handshake, 1, peer_, why);
    if (const auto left_out = shared_->failed_handshake.pass()) {
        base::log().warn("{}: the TLS handshake with {} failed: {}{}", shared_->options.name, peer_,
                         why, *left_out == 0 ? "" : fmt::format(" ({} more before)", *left_out));
    }
    co_return false;
}

// Tells the client that nothing more comes, and waits until it closes too.
Task<void> SocketStream::say_goodbye() {
    close_within(goodbye);
    error_code error;
    if (tls_) {
        co_await tls_->async_shutdown(asio::redirect_error(asio::use_awaitable, error));
    }
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::array<char, 4096> sink;
    while (!closed_) {
        co_await socket_.async_read_some(asio::buffer(sink),
                                         asio::redirect_error(asio::use_awaitable, error));
        if (error) break;
    }
    write_timer_.cancel();
}

// --- reading
// ---------------------------------------------------------------------------------------------------

Task<base::Result<std::size_t>> SocketStream::read_some(char* to, std::size_t size) {
    if (read_expired_) {
        co_return base::Error{base::Code::timeout, "the client has sent nothing for too long"};
    }
    if (stopping_) co_return std::size_t{0};
    error_code error;
    std::size_t got = 0;
    auto token = asio::bind_cancellation_slot(read_cancel_.slot(),
                                              asio::redirect_error(asio::use_awaitable, error));
    if (tls_) {
        got = co_await tls_->async_read_some(asio::buffer(to, size), token);
    } else {
        got = co_await socket_.async_read_some(asio::buffer(to, size), token);
    }
    shared_->received_bytes.add(got);
    if (got > 0) co_return got;
    if (read_expired_) {
        co_return base::Error{base::Code::timeout, "the client has sent nothing for too long"};
    }
    // Many clients close TLS without saying so.
    if (stopping_ || error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
        co_return std::size_t{0};
    }
    co_return base::Error{base::Code::io, error.message()};
}

void SocketStream::read_within(std::chrono::milliseconds limit) {
    read_expired_ = false;
    read_deadline_ = limit == forever ? TimePoint::max() : Clock::now() + limit;
    if (read_deadline_ < armed_for_) arm_read_timer();
}

// The timer runs to some deadline that was set and looks then whether it was moved: setting one is
// mostly an assignment.
void SocketStream::arm_read_timer() {
    if (closed_) return;
    armed_for_ = read_deadline_;
    read_timer_.expires_at(armed_for_);
    read_timer_.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->armed_for_ = TimePoint::max();
        if (self->read_deadline_ == TimePoint::max()) return;
        if (Clock::now() < self->read_deadline_) return self->arm_read_timer();
        self->read_expired_ = true;
        self->read_cancel_.emit(asio::cancellation_type::all);
    });
}

// --- writing
// ---------------------------------------------------------------------------------------------------

Task<base::Status> SocketStream::write(std::string_view bytes) {
    while (!bytes.empty()) {
        if (closed_) co_return base::Error{base::Code::io, "the connection is closed"};
        close_within(shared_->options.write);
        error_code error;
        std::size_t sent = 0;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        if (tls_) {
            sent = co_await tls_->async_write_some(asio::buffer(bytes.data(), bytes.size()), token);
        } else {
            sent =
                co_await socket_.async_write_some(asio::buffer(bytes.data(), bytes.size()), token);
        }
        write_timer_.cancel();
        if (write_expired_) {
            co_return base::Error{base::Code::timeout, "the client takes nothing"};
        }
        if (error) {
            close();
            co_return base::Error{base::Code::io, error.message()};
        }
        shared_->sent_bytes.add(sent);
        bytes.remove_prefix(sent);
    }
    co_return base::ok();
}

void SocketStream::close_within(std::chrono::milliseconds limit) {
    write_timer_.expires_after(limit);
    write_timer_.async_wait([weak = weak_from_this()](error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->write_expired_ = true;
        self->close();
    });
}

}  // namespace net
