#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/path_parameters.h"
#include "net/http.h"

namespace api {

using RouteHandler = std::function<net::Task<net::HttpResponse>(net::HttpRequest, PathParameters)>;

// Which handler answers which path. A pattern's parts are literals or {names}:
// "/_trail/v1/orders/{id}",
// "/{index}/_bulk"; a literal goes before a name, and {name...} as the last part takes the rest.
// Paths are cut before they are decoded, so that an encoded slash stays inside its part. Answers
// that no route gives (404, 405, 400) are written as the path's protocol writes errors. Every
// answer gets the security headers. Filled by one thread at the start, then immutable and
// thread-safe. REQUIRES: outlives the server.
class Router {
  public:
    using Refuse = net::HttpServer::Refuse;

    // `refuse`: for paths that no other dialect claims.
    explicit Router(Refuse refuse);

    // Paths that begin with `prefix` have their errors written by `refuse`. The longest prefix
    // counts.
    void dialect(std::string prefix, Refuse refuse);

    // `methods`: space separated. GET answers HEAD too. REQUIRES: the same method and pattern are
    // not there yet.
    void add(std::string_view methods, std::string_view pattern, RouteHandler handler);

    net::Task<net::HttpResponse> handle(net::HttpRequest request) const;

    // For what the server refuses by itself.
    net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                             const std::string& content_type) const;

  private:
    struct Part {
        enum class Kind { literal, name, rest } kind;
        std::string text;
    };
    struct Route {
        std::vector<std::string> methods;
        std::vector<Part> parts;
        RouteHandler handler;
    };

    static bool fits(const Route& route, const std::vector<std::string>& path);
    static bool before(const Route& left, const Route& right);
    static PathParameters parameters_of(const Route& route, const std::vector<std::string>& path);
    net::HttpResponse plain_refusal(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type) const;

    std::vector<Route> routes_;  // those that go first come first
    std::vector<std::pair<std::string, Refuse>> dialects_;
    Refuse refuse_;
};

// Keeps pages of other origins, scripts that are not ours, and frames out. Headers that are there
// already stay.
void add_security_headers(net::HttpResponse& response);

}  // namespace api
