#include "api/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <optional>

namespace api {

namespace {

constexpr std::string_view content_security_policy =
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action "
    "'self'; "
    "frame-ancestors 'none'";

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto blank = text.find(' ');
        words.emplace_back(text.substr(0, blank));
        text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
    }
    return words;
}

// The parts of a path as sent, decoded one by one; a slash at the end does not count. Nothing for a
// malformed escape.
std::optional<std::vector<std::string>> parts_of(std::string_view path) {
    path = path.substr(0, path.find('?'));
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    std::vector<std::string> parts;
    while (!path.empty()) {
        const auto slash = path.find('/');
        std::string part;
        if (!net::url_decode(path.substr(0, slash), false, part)) return std::nullopt;
        parts.push_back(std::move(part));
        if (slash == std::string_view::npos) break;
        path.remove_prefix(slash + 1);
        if (path.empty()) parts.emplace_back();  // "/a//"
    }
    return parts;
}

bool answers(const std::vector<std::string>& methods, std::string_view method) {
    const auto has = [&](std::string_view name) {
        return std::find(methods.begin(), methods.end(), name) != methods.end();
    };
    return has(method) || (method == "HEAD" && has("GET"));
}

void add_missing(net::HttpResponse& response, std::string_view name, std::string_view value) {
    if (net::header(response.headers, name).empty()) response.headers.emplace_back(name, value);
}

}  // namespace

std::string_view PathParameters::operator[](std::string_view name) const {
    for (const auto& [known, value] : values_) {
        if (known == name) return value;
    }
    return {};
}

Router::Router(Refuse refuse) : refuse_(std::move(refuse)) {}

void Router::dialect(std::string prefix, Refuse refuse) {
    dialects_.emplace_back(std::move(prefix), std::move(refuse));
    std::stable_sort(dialects_.begin(), dialects_.end(), [](const auto& left, const auto& right) {
        return left.first.size() > right.first.size();
    });
}

// A literal goes before a name, a name before the rest of a path, part by part.
bool Router::before(const Route& left, const Route& right) {
    return std::lexicographical_compare(
        left.parts.begin(), left.parts.end(), right.parts.begin(), right.parts.end(),
        [](const Part& a, const Part& b) { return a.kind < b.kind; });
}

void Router::add(std::string_view methods, std::string_view pattern, RouteHandler handler) {
    Route route{words_of(methods), {}, std::move(handler)};
    const auto parts = parts_of(pattern);
    assert(parts);
    for (const auto& part : *parts) {
        if (!part.starts_with('{')) {
            route.parts.push_back({Part::Kind::literal, part});
        } else if (part.ends_with("...}")) {
            route.parts.push_back({Part::Kind::rest, part.substr(1, part.size() - 5)});
        } else {
            route.parts.push_back({Part::Kind::name, part.substr(1, part.size() - 2)});
        }
    }
    routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, before),
                   std::move(route));
}

bool Router::fits(const Route& route, const std::vector<std::string>& path) {
    for (std::size_t at = 0; at < route.parts.size(); ++at) {
        const Part& part = route.parts[at];
        if (part.kind == Part::Kind::rest) return at < path.size();
        if (at >= path.size()) return false;
        if (part.kind == Part::Kind::literal ? part.text != path[at] : path[at].empty())
            return false;
    }
    return route.parts.size() == path.size();
}

PathParameters Router::parameters_of(const Route& route, const std::vector<std::string>& path) {
    PathParameters parameters;
    for (std::size_t at = 0; at < route.parts.size(); ++at) {
        const Part& part = route.parts[at];
        if (part.kind == Part::Kind::literal) continue;
        std::string value = path[at];
        for (std::size_t next = at + 1; part.kind == Part::Kind::rest && next < path.size();
             ++next) {
            value += "/" + path[next];
        }
        parameters.add(part.text, std::move(value));
    }
    return parameters;
}

net::Task<net::HttpResponse> Router::handle(net::HttpRequest request) const {
    const std::string content_type(request.header("content-type"));
    const auto path = parts_of(request.raw_path);
    if (!path) {
        co_return refuse(
            400,
            base::invalid(fmt::format("the path {} has a malformed % escape", request.raw_path)),
            request.path, content_type);
    }
    std::vector<std::string> allowed;
    for (const Route& route : routes_) {
        if (!fits(route, *path)) continue;
        if (!answers(route.methods, request.method)) {
            allowed.insert(allowed.end(), route.methods.begin(), route.methods.end());
            continue;
        }
        auto parameters = parameters_of(route, *path);
        auto response = co_await route.handler(std::move(request), std::move(parameters));
        add_security_headers(response);
        co_return response;
    }
    if (allowed.empty()) {
        co_return refuse(
            404, {base::Code::not_found, fmt::format("there is nothing at {}", request.path)},
            request.path, content_type);
    }
    auto response =
        refuse(405,
               base::invalid(fmt::format("{} is not possible at {}; allowed: {}", request.method,
                                         request.path, fmt::join(allowed, ", "))),
               request.path, content_type);
    response.headers.emplace_back("Allow", fmt::format("{}", fmt::join(allowed, ", ")));
    co_return response;
}

net::HttpResponse Router::refuse(int status, const base::Error& why, const std::string& path,
                                 const std::string& content_type) const {
    auto response = plain_refusal(status, why, path, content_type);
    add_security_headers(response);
    return response;
}

net::HttpResponse Router::plain_refusal(int status, const base::Error& why, const std::string& path,
                                        const std::string& content_type) const {
    for (const auto& [prefix, dialect] : dialects_) {
        if (path.starts_with(prefix)) return dialect(status, why, path, content_type);
    }
    return refuse_(status, why, path, content_type);
}

void add_security_headers(net::HttpResponse& response) {
    add_missing(response, "Content-Security-Policy", content_security_policy);
    add_missing(response, "X-Content-Type-Options", "nosniff");
    add_missing(response, "X-Frame-Options", "DENY");
    add_missing(response, "Referrer-Policy", "no-referrer");
    add_missing(response, "Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace api
