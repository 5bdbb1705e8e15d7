#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/task.h"

namespace net {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of a header, name in any case; empty when there is none.
std::string_view header(const Headers& headers, std::string_view name);

struct HttpRequest {
    std::string method;  // as sent; HEAD too: the server counts the answer's body and leaves it out
    std::string path;    // percent-decoded, begins with '/'
    std::string raw_path;  // as sent, for paths whose parts hold encoded slashes
    Headers query;         // decoded parameters in their order
    Headers headers;
    // Decompressed (Content-Encoding: gzip, deflate, zstd). At least 64 bytes of capacity lie
    // behind it, so that simdjson may parse it in place.
    std::string body;
    std::string peer;  // address of the client, without port
    std::string
        id;  // of this request: the client's X-Request-Id or one of ours; every answer carries it
    // Charges so many bytes more to this request, for as long as it is under way: for handlers that
    // need much more memory than the body has. False, and nothing charged, when all requests
    // together hold too much: to be answered as busy. May be empty. One thread at a time.
    std::function<bool(std::size_t)> hold;
    // Asked to stop when the client closes the connection while the handler works.
    std::stop_token gone;

    std::string_view parameter(std::string_view name) const { return net::header(query, name); }
    bool has_parameter(std::string_view name) const;
    std::string_view header(std::string_view name) const { return net::header(headers, name); }
};

struct HttpResponse {
    int status = 200;
    // Content-Length, Transfer-Encoding, Connection and Date are the server's own.
    Headers headers;
    std::string content_type = "application/json";  // empty: no such header
    std::string body;
    // Instead of `body`: called again and again for the next piece until it gives an empty one
    // (chunked), never before the client took the last one. An error instead of the first piece is
    // answered through `refuse`; a later one breaks the connection off, so that a client never
    // takes half an answer for a whole one.
    std::function<Task<base::Result<std::string>>()> stream;
};

// The status that stands for an error code (docs/reference/api.md lists them).
int status_of(base::Code code);
// "Not Found" for 404; "Unknown" where there is none.
std::string_view reason_of(int status);

using Handler = std::function<Task<HttpResponse>(HttpRequest)>;

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                  // 0: any free one
    std::size_t max_body_bytes = 100 << 20;  // after decompression too
    // Bodies, answers and what handlers hold, of all requests together; beyond it 429.
    std::size_t max_inflight_bytes = 256 << 20;
    std::size_t max_header_bytes = 64 << 10;
    std::size_t max_connections = 4096;
    std::chrono::milliseconds idle{75'000};    // between requests
    std::chrono::milliseconds header{20'000};  // for a request's headers to arrive
    std::chrono::milliseconds stall{
        60'000};  // without a byte of the body or a byte of the answer taken
    // A body that comes, or an answer that is taken, more slowly than this over more than `stall`
    // is cut off.
    std::size_t least_bytes_per_second = 4096;
};

// HTTP/1.1 server: keep-alive, pipelining in order, chunked bodies, Expect: 100-continue, HEAD,
// compression of bodies both ways. Answers errors below the handlers itself, through `refuse` so
// that each protocol keeps its own form. A client that breaks off frees all that its request held
// at once. Owned by app. Thread-safe.
class HttpServer {
  public:
    // Builds the answer to a request that cannot be handled: 400 malformed, 408 too slow, 413 body
    // too large, 415 unknown Content-Encoding, 417, 429 busy, 431 headers too large, 500 a handler
    // threw, 501, 503 too many connections, and what status_of says of a stream that failed at
    // once. `path` and `content_type` are the request's, empty when not known. Must not throw.
    using Refuse =
        std::function<HttpResponse(int status, const base::Error& why, const std::string& path,
                                   const std::string& content_type)>;

    // Listens at once. Handlers run on `runtime.io()` and must not block it. InvalidArgument for
    // options that contradict each other, Io when the address cannot be had.
    static base::Result<std::unique_ptr<HttpServer>> create(Runtime& runtime,
                                                            HttpServerOptions options,
                                                            Handler handler, Refuse refuse);
    virtual ~HttpServer() = default;

    virtual std::uint16_t port() const = 0;
    // Takes no more connections, lets requests under way finish for at most `limit`, then breaks
    // them off. Blocks; not to be called from a thread of the runtime. The destructor stops with no
    // patience.
    virtual void stop(std::chrono::milliseconds limit) = 0;
};

struct HttpClientRequest {
    std::string method = "GET";
    std::string url;  // http://host:port/path?query (https later)
    Headers headers;
    std::string body;
    std::chrono::milliseconds timeout{60'000};  // for the whole exchange
    // Takes the body of an answer of status 200 piece by piece instead of HttpClientResponse::body;
    // false breaks off, which is Cancelled. `timeout` is the longest silence then, and nothing is
    // compressed.
    std::function<bool(std::string_view)> on_body = {};
};

struct HttpClientResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

// Blocking client for the command line and tests: one connection, kept between requests; asks for
// gzip and undoes it. One thread at a time.
class HttpClient {
  public:
    static std::unique_ptr<HttpClient> create();
    virtual ~HttpClient() = default;
    // Io when the server cannot be reached or breaks off, Timeout, InvalidArgument for a URL that
    // is none; every HTTP status is a success here.
    virtual base::Result<HttpClientResponse> send(const HttpClientRequest& request) = 0;
};

// Percent-encoding of one path segment or parameter.
std::string url_encode(std::string_view text);
// Replaces `out`. False for malformed escapes.
bool url_decode(std::string_view text, bool plus_is_space, std::string& out);

}  // namespace net
