#include "net/http_connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <random>

#include "base/clock.h"
#include "base/log.h"
#include "net/body_decoder.h"
#include "net/gzip.h"
#include "net/http_message.h"

namespace net {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t head_read = 4 << 10;
constexpr std::size_t body_read = 256 << 10;
constexpr std::size_t piece_read = 64 << 10;
// A decoder gets its input in slices, so that a bomb cannot hold the thread for long between two
// looks at the clock.
constexpr std::size_t decode_slice = 4 << 10;
constexpr std::size_t decode_turn = 1 << 20;
constexpr std::size_t charge_step = 256 << 10;
constexpr std::size_t compress_from = 1 << 10;
constexpr std::size_t compress_apart_from = 256 << 10;
constexpr std::chrono::seconds linger_time{10};
constexpr std::uint64_t linger_bytes = 256 << 20;

Refusal gone() { return {0, {base::Code::cancelled, "the client closed the connection"}}; }

Refusal too_large(std::uint64_t bytes, std::size_t limit) {
    return {413,
            {base::Code::too_large,
             fmt::format("the body has {} bytes, at most {} are taken; send smaller requests or "
                         "raise the limit (max_body_bytes)",
                         bytes, limit)}};
}

Refusal busy() {
    return {429,
            {base::Code::busy,
             "too many bytes of requests are under way; try again in a second, with fewer "
             "requests at a time"}};
}

// A request id for clients that give none: 16 hexadecimal digits, unique within and across runs.
std::string new_request_id() {
    thread_local std::mt19937_64 numbers{std::random_device{}()};
    return fmt::format("{:016x}", numbers());
}

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= 128 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

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

struct Connection::Exchange {
    explicit Exchange(ByteBudget& budget) : charge(budget) {}

    http::request_parser<http::buffer_body> parser;
    HttpRequest request;
    Charge charge;
    TimePoint began = Clock::now();

    // What is needed of the request after the handler took it.
    std::string path;
    std::string id;
    bool head_only = false;
    bool takes_gzip = false;

    Encoding encoding = Encoding::identity;
    bool framed = false;          // where the request ends is known
    std::uint64_t remaining = 0;  // bytes of a body with Content-Length that were not read yet
    bool awaits_continue = false;
    std::uint64_t received = 0;  // bytes of the body as sent

    // Where the parser puts chunks' bytes.
    std::string* chunk_target = nullptr;
    std::function<std::size_t(std::uint64_t, beast::string_view, error_code&)> on_chunk;
};

Connection::Connection(std::shared_ptr<ServerShared> shared, asio::ip::tcp::socket socket)
    : shared_(std::move(shared)), socket_(std::move(socket)), timer_(socket_.get_executor()) {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    const auto remote = socket_.remote_endpoint(ignored);
    if (!ignored) peer_ = remote.address().to_string();
}

Connection::~Connection() {
    const std::lock_guard lock(shared_->mutex);
    shared_->connections.erase(this);
    shared_->left.notify_all();
}

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
        exchange.charge.release();
        exchange.request = {};
        last_ = !can_go_on(exchange);
        unread_ = last_ && refusal->status != 408;
        response = shared_->refusal(refusal->status, refusal->why, exchange.path);
    } else {
        response = co_await handle(exchange);
        exchange.charge.release();
    }
    const int status = response.status;
    bool go_on = co_await answer(exchange, std::move(response));
    gone_.reset();
    error_code ignored;
    socket_.cancel(ignored);  // the watch on the client
    const std::chrono::duration<double> took = Clock::now() - exchange.began;
    shared_->count(status, took.count());
    if (go_on && refusal) go_on = co_await drain(exchange);
    co_return (go_on && !finishing_);
}

// --- reading
// ---------------------------------------------------------------------------------------------------

Task<Connection::Outcome> Connection::read_request(Exchange& exchange) {
    Outcome refusal = co_await read_head(exchange);
    if (refusal) co_return refusal;
    refusal = take_head(exchange);
    if (refusal) co_return refusal;
    co_return co_await read_body(exchange);
}

Task<Connection::Outcome> Connection::read_head(Exchange& exchange) {
    auto& parser = exchange.parser;
    parser.header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(shared_->options.max_header_bytes, 1U << 30)));
    parser.body_limit(boost::none);
    set_deadline(exchange.began + shared_->options.header);
    for (;;) {
        // Empty lines before a request are to be ignored (RFC 9112, 2.2).
        while (!parser.got_some() && buffer_.size() > 0) {
            const char first = *static_cast<const char*>(buffer_.cdata().data());
            if (first != '\r' && first != '\n') break;
            buffer_.consume(1);
        }
        error_code error = http::error::need_more;
        if (buffer_.size() > 0) buffer_.consume(parser.put(buffer_.cdata(), error));
        if (parser.is_header_done()) break;
        if (error == http::error::header_limit) {
            co_return Refusal{431,
                              {base::Code::too_large,
                               fmt::format("the request's headers are larger than {} bytes",
                                           shared_->options.max_header_bytes)}};
        }
        if (error && error != http::error::need_more) {
            co_return Refusal{
                400, base::invalid(fmt::format("malformed HTTP request: {}", error.message()))};
        }
        if (const bool came = co_await fill_buffer(piece_read); !came) {
            co_return broken_off(exchange);
        }
    }
    co_return std::nullopt;
}

Connection::Outcome Connection::take_head(Exchange& exchange) {
    const auto& message = exchange.parser.get();
    auto& request = exchange.request;
    request.method = message.method_string();
    request.peer = peer_;
    for (const auto& field : message) {
        request.headers.emplace_back(field.name_string(), field.value());
    }
    const auto id = request.header("x-request-id");
    request.id = is_request_id(id) ? std::string(id) : new_request_id();
    exchange.id = request.id;
    exchange.head_only = request.method == "HEAD";
    exchange.takes_gzip = accepts_gzip(request.header("accept-encoding"));
    const auto parsed = parse_target(message.target(), request);
    if (parsed) exchange.path = request.path;
    Outcome refusal = check_framing(exchange);
    if (!refusal && !parsed) refusal = Refusal{400, parsed.error()};
    return refusal;
}

Connection::Outcome Connection::check_framing(Exchange& exchange) {
    const auto& parser = exchange.parser;
    const auto& request = exchange.request;
    const auto limit = shared_->options.max_body_bytes;
    const auto coding = request.header("transfer-encoding");
    if (!coding.empty() && !same_ignoring_case(coding, "chunked")) {
        return Refusal{501,
                       base::invalid("of the transfer encodings only 'chunked' is understood")};
    }
    exchange.remaining = parser.content_length() ? *parser.content_length() : 0;
    exchange.framed = exchange.remaining <= limit;
    const auto expect = request.header("expect");
    exchange.awaits_continue =
        !expect.empty() && (parser.chunked() || exchange.remaining > 0) && buffer_.size() == 0;
    if (!expect.empty() && !same_ignoring_case(expect, "100-continue")) {
        return Refusal{417, base::invalid("the only expectation that can be met is 100-continue")};
    }
    if (parser.get().version() >= 11 &&
        parser.get().find(http::field::host) == parser.get().end()) {
        return Refusal{400, base::invalid("an HTTP/1.1 request needs a Host header")};
    }
    const auto encoding = encoding_named(request.header("content-encoding"));
    if (!encoding) {
        return Refusal{415, base::invalid(fmt::format(
                                "the Content-Encoding [{}] is not understood; expected gzip, "
                                "deflate, zstd or none",
                                request.header("content-encoding").substr(0, 100)))};
    }
    exchange.encoding = *encoding;
    if (exchange.remaining > limit) return too_large(exchange.remaining, limit);
    if (exchange.encoding == Encoding::identity && !exchange.charge.grow_to(exchange.remaining)) {
        return busy();
    }
    return std::nullopt;
}

Task<Connection::Outcome> Connection::read_body(Exchange& exchange) {
    const bool chunked = exchange.parser.chunked();
    if (!chunked && exchange.remaining == 0) co_return std::nullopt;
    if (exchange.awaits_continue) {
        if (const bool sent = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n"); !sent)
            co_return gone();
        exchange.awaits_continue = false;
    }
    if (!chunked && exchange.encoding == Encoding::identity) {
        co_return co_await read_sized(exchange);
    }
    co_return co_await read_decoded(exchange);
}

// The socket's bytes go straight into the body.
Task<Connection::Outcome> Connection::read_sized(Exchange& exchange) {
    std::string& body = exchange.request.body;
    const std::size_t size = exchange.remaining;
    body.reserve(size + BodyDecoder::padding);
    std::size_t used = std::min(buffer_.size(), size);
    body.append(static_cast<const char*>(buffer_.cdata().data()), used);
    buffer_.consume(used);
    const TimePoint began = Clock::now();
    while (used < size) {
        // Grown step by step: what resize zeroes is still in the cache when the socket's bytes
        // come.
        if (used == body.size()) body.resize(std::min(size, used + body_read));
        set_transfer_deadline(began, used);
        const std::size_t got = co_await read_some(body.data() + used, body.size() - used);
        if (got == 0) {
            body = {};
            co_return broken_off(exchange);
        }
        used += got;
        exchange.remaining = size - used;
    }
    exchange.remaining = 0;
    co_return std::nullopt;
}

Task<Connection::Outcome> Connection::read_decoded(Exchange& exchange) {
    const auto decoder = BodyDecoder::create(exchange.encoding, shared_->options.max_body_bytes);
    std::string piece;
    std::size_t turn = decode_turn;
    for (;;) {
        Outcome refusal = co_await next_piece(exchange, piece);
        if (refusal) co_return refusal;
        if (piece.empty()) break;
        for (std::size_t at = 0; at < piece.size(); at += decode_slice) {
            const auto done = decoder->write(std::string_view(piece).substr(at, decode_slice));
            if (!done) co_return Refusal{status_of(done.error().code), done.error()};
            const std::size_t held =
                (decoder->held() + charge_step - 1) / charge_step * charge_step;
            if (!exchange.charge.grow_to(held)) co_return busy();
            if (decoder->size() >= turn) {
                turn = decoder->size() + decode_turn;
                co_await asio::post(socket_.get_executor(), asio::use_awaitable);
            }
        }
    }
    const auto done = decoder->finish();
    if (!done) co_return Refusal{status_of(done.error().code), done.error()};
    exchange.request.body = decoder->take();
    co_return std::nullopt;
}

Task<Connection::Outcome> Connection::next_piece(Exchange& exchange, std::string& piece) {
    piece.clear();
    if (exchange.parser.chunked()) co_return co_await next_chunk(exchange, piece);
    if (exchange.remaining == 0) co_return std::nullopt;
    const TimePoint began = exchange.began;
    if (buffer_.size() == 0) {
        set_transfer_deadline(began, exchange.received);
        if (const bool came = co_await fill_buffer(piece_read); !came) {
            co_return broken_off(exchange);
        }
    }
    const std::size_t size = std::min<std::uint64_t>(exchange.remaining, buffer_.size());
    piece.assign(static_cast<const char*>(buffer_.cdata().data()), size);
    buffer_.consume(size);
    exchange.remaining -= size;
    exchange.received += size;
    co_return std::nullopt;
}

Task<Connection::Outcome> Connection::next_chunk(Exchange& exchange, std::string& piece) {
    auto& parser = exchange.parser;
    if (!exchange.on_chunk) {
        exchange.on_chunk = [&exchange](std::uint64_t, beast::string_view bytes,
                                        error_code& error) {
            exchange.chunk_target->append(bytes);
            error = {};
            return bytes.size();
        };
        parser.on_chunk_body(exchange.on_chunk);
    }
    exchange.chunk_target = &piece;
    while (piece.empty() && !parser.is_done()) {
        error_code error = http::error::need_more;
        std::size_t used = 0;
        if (buffer_.size() > 0) used = parser.put(buffer_.cdata(), error);
        buffer_.consume(used);
        exchange.received += used;
        if (used > 0 && !error) continue;
        if (error && error != http::error::need_more) {
            exchange.framed = false;
            co_return Refusal{
                400, base::invalid(fmt::format("malformed chunked body: {}", error.message()))};
        }
        // A chunk's head or the trailers that never end.
        if (used == 0 && buffer_.size() > shared_->options.max_header_bytes) {
            exchange.framed = false;
            co_return Refusal{400,
                              base::invalid("malformed chunked body: a chunk's head is too long")};
        }
        set_transfer_deadline(exchange.began, exchange.received);
        if (const bool came = co_await fill_buffer(piece_read); !came) {
            co_return broken_off(exchange);
        }
    }
    co_return std::nullopt;
}

Connection::Outcome Connection::broken_off(Exchange& exchange) const {
    exchange.framed = false;
    if (!expired_ || broken_) return gone();
    return Refusal{408, {base::Code::timeout, "the request came too slowly and was cut off"}};
}

// Whether the connection can be used further after a request that was refused: its end can be
// found.
bool Connection::can_go_on(const Exchange& exchange) const {
    return exchange.framed && !exchange.awaits_continue &&
           exchange.received <= shared_->options.max_body_bytes;
}

// Reads the rest of a refused request's body and forgets it.
Task<bool> Connection::drain(Exchange& exchange) {
    std::string piece;
    for (;;) {
        const Outcome refusal = co_await next_piece(exchange, piece);
        if (refusal) co_return false;
        if (piece.empty()) co_return true;
        if (exchange.received > shared_->options.max_body_bytes) {
            unread_ = true;
            co_return false;
        }
    }
}

// Closing with bytes unread would make the kernel throw away the answer that is still on its way
// (RFC 9112, 9.6).
Task<void> Connection::linger() {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    waiting_ = true;  // nobody waits for this when the server stops
    expired_ = false;
    set_deadline(Clock::now() + linger_time);
    buffer_ = beast::flat_buffer();
    std::string sink(piece_read, '\0');
    for (std::uint64_t total = 0; total < linger_bytes && !finishing_;) {
        const std::size_t got = co_await read_some(sink.data(), sink.size());
        if (got == 0) co_return;
        total += got;
    }
}

// --- answering
// -------------------------------------------------------------------------------------------------

Task<HttpResponse> Connection::handle(Exchange& exchange) {
    clear_deadline();
    gone_.emplace();
    exchange.request.gone = gone_->get_token();
    watch_client();
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
                               exchange.path);
}

// Asks the handler to stop when the client closes the connection. Bytes of a next request end the
// watch.
void Connection::watch_client() {
    if (buffer_.size() > 0) return;
    socket_.async_wait(asio::socket_base::wait_read, [weak = weak_from_this(),
                                                      source = *gone_](error_code error) mutable {
        const auto self = weak.lock();
        if (error || !self || !self->socket_.is_open()) return;
        char byte = 0;
        const auto got = ::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
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
            auto refusal = shared_->refusal(status_of(why.code), why, exchange.path);
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
