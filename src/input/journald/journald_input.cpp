#include "input/journald/journald_input.h"

#include <array>

#include "base/log.h"
#include "input/journald/export_reader.h"
#include "input/written.h"

namespace input {

namespace {

constexpr std::array<Route, 1> route_list = {Route{"POST", "/upload"}};
constexpr std::string_view export_type = "application/vnd.fdo.journal";

// As systemd-journal-remote: plain text. The client stops at every status but 2xx, and goes on with
// the same entries when it is started again.
net::HttpResponse plain(int status, std::string_view message) {
    net::HttpResponse response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = message;
    response.body.push_back('\n');
    if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

net::HttpResponse failure(const base::Error& error) {
    return plain(error.code == base::Code::io ? 503 : net::status_of(error.code), error.message);
}

}  // namespace

JournaldInput::JournaldInput(Intakes intakes, JournaldOptions options)
    : intakes_(intakes), options_(std::move(options)) {}

std::span<const Route> JournaldInput::routes() { return route_list; }

net::HttpResponse JournaldInput::refuse(int status, const base::Error& why, const std::string&,
                                        const std::string&) {
    return plain(status, why.message);
}

net::Task<net::HttpResponse> JournaldInput::handle(net::HttpRequest request) {
    if (!request.header("content-type").starts_with(export_type)) {
        co_return plain(415, "expected the Content-Type application/vnd.fdo.journal");
    }
    const auto events = std::make_shared<JsonEvents>(options_.limits, std::move(request.hold));
    std::string body = std::move(request.body);
    std::function<base::Status(JsonEvents&)> write = [&body](JsonEvents& to) {
        return journald::read_export(body, to);
    };
    auto outcome = co_await accept_written(intakes_, options_.origin, events, std::move(write));
    if (!outcome) co_return failure(outcome.error());
    const auto rejections = rejections_of(outcome.value());
    if (rejections.count > 0) {
        if (const auto left_out = refused_log_.pass()) {
            base::log().warn("journald: {} entries of {} are refused, the first: {}",
                             rejections.count + *left_out, request.peer, rejections.first);
        }
    }
    co_return plain(202, "OK.");
}

}  // namespace input
