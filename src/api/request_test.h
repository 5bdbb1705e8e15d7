#pragma once

#include <string>
#include <utility>

#include "net/http.h"

namespace api {

inline net::HttpRequest request_of(std::string method, std::string path,
                                   net::Headers headers = {}) {
    net::HttpRequest request;
    request.method = std::move(method);
    request.raw_path = path;
    net::url_decode(path, false, request.path);
    request.headers = std::move(headers);
    return request;
}

}  // namespace api
