#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/http.h"

// The text side of HTTP/1.1, without sockets.

namespace net {

bool same_ignoring_case(std::string_view a, std::string_view b);

// Fills path, raw_path and query from a request's target ("/a%20b?x=1" or "http://host/a").
// InvalidArgument for malformed escapes, a NUL byte, or a target that does not begin with '/'.
base::Status parse_target(std::string_view target, HttpRequest& request);

// Whether an Accept-Encoding header takes gzip.
bool accepts_gzip(std::string_view accept_encoding);

// Whether compression is worth trying on this content type: text, JSON, JavaScript, XML.
bool is_compressible(std::string_view content_type);

// What the server itself adds to an answer.
struct Framing {
    enum class Body { sized, chunked, until_close, none };
    Body body = Body::sized;
    std::size_t size = 0;
    bool keep_alive = true;
    bool old_version = false;  // HTTP/1.0 client: keep-alive must be said
    bool gzipped = false;
    std::string_view request_id;
};

// Status line and headers with the empty line behind them. Control characters in header values
// become spaces; headers that are the server's own are left out.
std::string response_head(const HttpResponse& response, const Framing& framing);

// Whether an answer of this status has no body at all.
bool is_bodyless(int status);

}  // namespace net
