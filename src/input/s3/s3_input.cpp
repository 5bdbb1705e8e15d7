#include "input/s3/s3_input.h"

#include <fmt/format.h>

#include <array>

#include "event/json_text.h"
#include "input/s3/notice.h"
#include "input/written.h"

namespace input {

namespace {

constexpr std::array<Route, 1> route_list = {Route{"POST", "/s3/events"}};

net::HttpResponse failure(int status, std::string_view code, std::string_view message) {
    net::HttpResponse response;
    response.status = status;
    response.body = fmt::format(R"({{"error":{{"code":"{}","message":)", code);
    event::append_json_string(message, response.body);
    response.body += "}}";
    if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

net::HttpResponse failure(const base::Error& error) {
    const int status = error.code == base::Code::io ? 503 : net::status_of(error.code);
    return failure(status, base::name_of(error.code), error.message);
}

// A store would send an event that cannot be taken again and again after any other status.
net::HttpResponse report(const event::RecordsOutcome& outcome) {
    const auto rejections = rejections_of(outcome);
    net::HttpResponse response;
    response.body = fmt::format(R"({{"accepted":{},"rejected":{})",
                                outcome.items.size() - rejections.count, rejections.count);
    if (rejections.count > 0) {
        response.body += R"(,"reason":)";
        event::append_json_string(rejections.first, response.body);
    }
    response.body += "}";
    return response;
}

}  // namespace

S3Input::S3Input(Intakes intakes, S3Options options)
    : intakes_(intakes), options_(std::move(options)) {}

std::span<const Route> S3Input::routes() { return route_list; }

net::HttpResponse S3Input::refuse(int status, const base::Error& why, const std::string&,
                                  const std::string&) {
    return failure(status, base::name_of(why.code), why.message);
}

net::Task<net::HttpResponse> S3Input::handle(net::HttpRequest request) {
    const auto events = std::make_shared<JsonEvents>(options_.limits, std::move(request.hold));
    const std::string service(request.parameter("service"));
    const std::string body = std::move(request.body);
    std::function<base::Status(JsonEvents&)> write = [&body, &service](JsonEvents& to) {
        return s3::read_notices(body, service, to);
    };
    auto outcome = co_await accept_written(intakes_, options_.origin, events, std::move(write));
    if (!outcome) co_return failure(outcome.error());
    co_return report(outcome.value());
}

}  // namespace input
