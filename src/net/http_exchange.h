#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "net/body_decoder.h"
#include "net/http_connection.h"

// Inside of Connection: apart from it because Beast's parser is heavy to compile.

namespace net {

// One request and its answer.
struct Connection::Exchange {
    explicit Exchange(ByteBudget& budget) : charge(budget) {}

    boost::beast::http::request_parser<boost::beast::http::buffer_body> parser;
    HttpRequest request;
    Charge charge;
    // Nothing of the body is left to come.
    bool is_read() const { return parser.chunked() ? parser.is_done() : remaining == 0; }

    TimePoint began = Clock::now();

    // What is needed of the request after the handler took it.
    std::string path;
    std::string content_type;
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
    std::function<std::size_t(std::uint64_t, boost::beast::string_view, boost::system::error_code&)>
        on_chunk;
};

}  // namespace net
