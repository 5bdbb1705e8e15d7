#include "input/loki/loki_input.h"

#include <fmt/format.h>

#include <array>

#include "input/loki/push_request.h"
#include "input/written.h"

namespace input {

namespace {

constexpr std::array<Route, 1> route_list = {Route{"POST", "/loki/api/v1/push"}};

// As Loki: plain text. Clients send again after 429 and 5xx, and drop a push after other statuses.
net::HttpResponse failure(int status, std::string_view message) {
    net::HttpResponse response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = message;
    response.body.push_back('\n');
    if (status == 429) response.headers.emplace_back("Retry-After", "1");
    if (status == 503) response.headers.emplace_back("Retry-After", "5");
    return response;
}

net::HttpResponse failure(const base::Error& error) {
    const int status = error.code == base::Code::io ? 503 : net::status_of(error.code);
    return failure(status, error.message);
}

bool is_json(std::string_view content_type) {
    return content_type.find("json") != std::string_view::npos;
}

net::HttpResponse report(const event::RecordsOutcome& outcome) {
    const auto rejections = rejections_of(outcome);
    if (rejections.count > 0) {
        // The others are stored, as in Loki.
        return failure(400, fmt::format("entry ignored, reason: {}, total ignored: {} out of {}",
                                        rejections.first, rejections.count, outcome.items.size()));
    }
    net::HttpResponse response;
    response.status = 204;
    response.content_type.clear();
    return response;
}

}  // namespace

LokiInput::LokiInput(Intakes intakes, LokiOptions options)
    : intakes_(intakes), options_(std::move(options)) {}

std::span<const Route> LokiInput::routes() { return route_list; }

net::HttpResponse LokiInput::refuse(int status, const base::Error& why, const std::string&,
                                    const std::string&) {
    return failure(status, why.message);
}

net::Task<net::HttpResponse> LokiInput::handle(net::HttpRequest request) {
    const bool json = is_json(request.header("content-type"));
    const auto events = std::make_shared<JsonEvents>(options_.limits, std::move(request.hold));
    std::string body = std::move(request.body);
    const std::size_t most_bytes = options_.body_bytes;
    std::function<base::Status(JsonEvents&)> write = [&body, json, most_bytes](JsonEvents& to) {
        return json ? loki::read_json_push(body, to)
                    : loki::read_protobuf_push(body, most_bytes, to);
    };
    auto outcome = co_await accept_written(intakes_, options_.origin, events, std::move(write));
    if (!outcome) co_return failure(outcome.error());
    co_return report(outcome.value());
}

}  // namespace input
