// The half of Connection that reads requests.

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "net/http_exchange.h"
#include "net/http_message.h"
#include "net/tls.h"

namespace net {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::size_t first_body_read = 16 << 10;
constexpr std::size_t body_read = 256 << 10;
constexpr std::size_t piece_read = 64 << 10;
// A decoder gets its input in slices, so that a bomb cannot hold the thread for long between two
// looks at the clock.
constexpr std::size_t decode_slice = 4 << 10;
constexpr std::size_t decode_turn = 1 << 20;
constexpr std::size_t charge_step = 256 << 10;
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

}  // namespace

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
    const auto begin = buffer_.cdata();
    if (begins_tls({static_cast<const char*>(begin.data()), begin.size()})) {
        co_return Refusal{400, base::invalid("the client speaks TLS (https://) and this port does "
                                             "not (http://)")};
    }
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
    exchange.content_type = request.header("content-type");
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
    // Better now than half-way. Only what comes is charged, though: a promise costs nothing.
    if (!shared_->budget.has_room(exchange.remaining)) return busy();
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
    if (!exchange.charge.grow_to(used)) co_return busy();
    body.append(static_cast<const char*>(buffer_.cdata().data()), used);
    buffer_.consume(used);
    const TimePoint began = Clock::now();
    while (used < size) {
        // Grown step by step: what resize zeroes is still in the cache when the socket's bytes
        // come, and a client that stops early takes nothing from the others.
        if (used == body.size()) {
            const std::size_t next =
                std::min(size, used + std::clamp(used, first_body_read, body_read));
            if (!exchange.charge.grow_to(next)) co_return busy();
            body.resize(next);
        }
        set_transfer_deadline(began, used);
        const std::size_t got = co_await read_some(body.data() + used, body.size() - used);
        if (got == 0) co_return broken_off(exchange);
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
        unread_ = !piece.empty();
        if (!unread_) co_return true;
        if (exchange.received > shared_->options.max_body_bytes) co_return false;
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

}  // namespace net
