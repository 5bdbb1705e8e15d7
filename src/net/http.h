#pragma once

#include <functional>
#include <memory>
#include <optional>
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
    std::string method;  // upper case
    std::string path;    // percent-decoded, begins with '/'
    std::string raw_path;  // as sent, for paths whose parts hold encoded slashes
    Headers query;       // decoded parameters in their order
    Headers headers;
    std::string body;    // decompressed (Content-Encoding: gzip, deflate, zstd)
    std::string peer;    // address of the client
    // Requested when the client goes away before it has its answer: long work stops then.
    std::stop_token gone;

    std::string_view parameter(std::string_view name) const { return net::header(query, name); }
    bool has_parameter(std::string_view name) const;
    std::string_view header(std::string_view name) const { return net::header(headers, name); }
};

struct HttpResponse {
    int status = 200;
    Headers headers;
    std::string content_type = "application/json";
    std::string body;
    // Instead of `body`: called again and again for the next piece until it gives an empty one (chunked). An error after
    // the first piece breaks the connection off, so that a client never takes half an answer for a whole one.
    std::function<Task<base::Result<std::string>>()> stream;
};

// The status that stands for an error code (api.md lists them).
int status_of(base::Code code);

using Handler = std::function<Task<HttpResponse>(HttpRequest)>;

struct HttpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;             // 0: any free one
    std::size_t max_body_bytes = 100 << 20;   // after decompression too
    std::size_t max_inflight_bytes = 256 << 20;  // bodies of all requests together; beyond it 429
    std::size_t max_header_bytes = 64 << 10;
    std::size_t max_connections = 4096;
    int idle_seconds = 75;      // between requests
    int header_seconds = 20;    // for a request's headers to arrive
    int stall_seconds = 60;     // without a byte of the body or a byte of the answer taken
};

// HTTP/1.1 server: keep-alive, pipelining in order, chunked bodies, Expect: 100-continue, HEAD, compression of bodies
// both ways. Answers errors below the handlers itself, through `refuse` so that each protocol keeps its own form.
// Owned by app. Thread-safe.
class HttpServer {
  public:
    // Builds the answer to a request that cannot be handled: 400 malformed, 408, 413, 429, 431, 500.
    using Refuse = std::function<HttpResponse(int status, const base::Error& why, const std::string& path)>;

    static base::Result<std::unique_ptr<HttpServer>> create(Runtime& runtime, HttpServerOptions options,
                                                            Handler handler, Refuse refuse);
    virtual ~HttpServer() = default;

    virtual std::uint16_t port() const = 0;
    // Takes no more connections, lets requests under way finish for at most `seconds`, then closes.
    virtual void stop(int seconds) = 0;
};

struct HttpClientRequest {
    std::string method = "GET";
    std::string url;  // http://host:port/path?query (https later)
    Headers headers;
    std::string body;
    int timeout_seconds = 60;
};

struct HttpClientResponse {
    int status = 0;
    Headers headers;
    std::string body;
};

// Blocking client for the command line and tests: one connection, kept between requests. One thread at a time.
class HttpClient {
  public:
    static std::unique_ptr<HttpClient> create();
    virtual ~HttpClient() = default;
    // Io when the server cannot be reached or breaks off, Timeout; every HTTP status is a success here.
    virtual base::Result<HttpClientResponse> send(const HttpClientRequest& request) = 0;
};

// Percent-encoding of one path segment or parameter.
std::string url_encode(std::string_view text);
// False for malformed escapes.
bool url_decode(std::string_view text, bool plus_is_space, std::string& out);

}  // namespace net
