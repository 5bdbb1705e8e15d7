#include "api/web_ui.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/native/error_answer.h"
#include "net/http_message.h"

namespace api {

namespace {

constexpr std::string_view no_ui =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Ordertrail</title>"
    "<h1>Ordertrail is running</h1>"
    "<p>This binary was built without the web UI. To add it: <code>cd web &amp;&amp; npm ci "
    "&amp;&amp; npm run build</code>, "
    "then build Ordertrail again (<code>./dev build</code> does both).</p>"
    "<p>The HTTP API is here all the same: <a href=\"/health\">/health</a>, <a "
    "href=\"/metrics\">/metrics</a>, "
    "<a href=\"/_trail/v1/search\">/_trail/v1/search</a>.</p></html>\n";

// Whether an If-None-Match header names the tag ("*" and weak ones too).
bool names_tag(std::string_view header, std::string_view tag) {
    return header == "*" || header.find(tag) != std::string_view::npos;
}

net::HttpResponse answer_of(const WebAsset& asset, const net::HttpRequest& request) {
    net::HttpResponse response;
    response.content_type = asset.content_type;
    response.headers.emplace_back(
        "Cache-Control", asset.hashed ? "public, max-age=31536000, immutable" : "no-cache");
    response.headers.emplace_back("ETag", asset.etag);
    response.headers.emplace_back("Vary", "Accept, Accept-Encoding");
    if (names_tag(request.header("if-none-match"), asset.etag)) {
        response.status = 304;
        return response;
    }
    if (net::accepts_gzip(request.header("accept-encoding"))) {
        response.headers.emplace_back("Content-Encoding", "gzip");
        response.body = asset.gzip;
    } else {
        response.body = asset.bytes;
    }
    return response;
}

}  // namespace

bool wants_html(const net::HttpRequest& request) {
    return request.header("accept").find("text/html") != std::string_view::npos;
}

WebUi::WebUi(std::vector<WebAsset> assets) : assets_(std::move(assets)) {}

net::HttpResponse WebUi::page(const net::HttpRequest& request) const {
    const auto index = std::find_if(assets_.begin(), assets_.end(), [](const WebAsset& asset) {
        return asset.path == "/index.html";
    });
    if (index != assets_.end()) return answer_of(*index, request);
    net::HttpResponse response;
    response.content_type = "text/html; charset=utf-8";
    response.headers.emplace_back("Cache-Control", "no-store");
    response.headers.emplace_back("Vary", "Accept");
    response.body = no_ui;
    return response;
}

net::HttpResponse WebUi::file(const net::HttpRequest& request) const {
    const auto asset = std::find_if(assets_.begin(), assets_.end(), [&](const WebAsset& candidate) {
        return candidate.path == request.path;
    });
    if (asset != assets_.end()) return answer_of(*asset, request);
    return error_answer(
        {base::Code::not_found, fmt::format("the web UI has no file {}", request.path)});
}

void WebUi::add_to(Router& router, RouteHandler otherwise) const {
    const RouteHandler pages = [this](net::HttpRequest request,
                                      PathParameters) -> net::Task<net::HttpResponse> {
        co_return page(request);
    };
    const RouteHandler files = [this](net::HttpRequest request,
                                      PathParameters) -> net::Task<net::HttpResponse> {
        co_return file(request);
    };
    router.add(
        "GET", "/",
        [this, otherwise = std::move(otherwise)](
            net::HttpRequest request, PathParameters parameters) -> net::Task<net::HttpResponse> {
            if (wants_html(request)) co_return page(request);
            co_return co_await otherwise(std::move(request), std::move(parameters));
        });
    router.add("GET", "/search", pages);
    router.add("GET", "/sources", pages);
    router.add("GET", "/sources/{id}", pages);
    router.add("GET", "/traces", pages);
    router.add("GET", "/trace/{id...}", pages);
    router.add("GET", "/order/{id...}", pages);
    router.add("GET", "/assets/{name...}", files);
    for (const auto& asset : assets_) {
        if (asset.path.find('/', 1) == std::string_view::npos) router.add("GET", asset.path, files);
    }
}

}  // namespace api
