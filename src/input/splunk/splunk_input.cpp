#include "input/splunk/splunk_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "event/json_text.h"
#include "input/splunk/hec_request.h"
#include "input/written.h"

namespace input {

namespace {

namespace code = splunk::code;

constexpr std::array<Route, 8> route_list = {
    Route{"POST", "/services/collector"},           Route{"POST", "/services/collector/event"},
    Route{"POST", "/services/collector/event/1.0"}, Route{"POST", "/services/collector/raw"},
    Route{"POST", "/services/collector/raw/1.0"},   Route{"POST", "/services/collector/ack"},
    Route{"GET", "/services/collector/health"},     Route{"GET", "/services/collector/health/1.0"}};

std::string_view text_of(int number) {
    switch (number) {
        case code::success:
            return "Success";
        case code::no_data:
            return "No data";
        case code::invalid_data_format:
            return "Invalid data format";
        case code::server_busy:
            return "Server is busy";
        case code::event_required:
            return "Event field is required";
        case code::event_blank:
            return "Event field cannot be blank";
        case code::acknowledgement_disabled:
            return "ACK is disabled";
        case code::wrong_fields:
            return "Error in handling indexed fields";
        case code::healthy:
            return "HEC is healthy";
        case code::too_large:
            return "Request entity too large";
        default:
            return "Internal server error";
    }
}

net::HttpResponse answer(int status, int number, std::optional<std::size_t> event = {},
                         std::string_view why = {}) {
    net::HttpResponse response;
    response.status = status;
    response.body = fmt::format(R"({{"text":"{}","code":{})", text_of(number), number);
    if (event) response.body += fmt::format(R"(,"invalid-event-number":{})", *event);
    if (!why.empty()) {
        response.body += R"(,"reason":)";
        event::append_json_string(why, response.body);
    }
    response.body += "}";
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

// Clients send again after 503 and drop after 400.
net::HttpResponse failure(int status, std::string_view why) {
    if (status == 429 || status == 503) return answer(503, code::server_busy, {}, why);
    if (status == 413) return answer(413, code::too_large, {}, why);
    return answer(status, status >= 500 ? code::internal_error : code::invalid_data_format, {},
                  why);
}

net::HttpResponse failure(const base::Error& error) {
    return failure(error.code == base::Code::io ? 503 : net::status_of(error.code), error.message);
}

net::HttpResponse report(const event::RecordsOutcome& outcome, const splunk::Stop& stop) {
    for (std::size_t at = 0; at < outcome.items.size(); ++at) {
        if (outcome.items[at].status != event::RecordOutcome::Status::rejected) continue;
        return answer(400, code::invalid_data_format, at, rejections_of(outcome).first);
    }
    if (stop.code == code::no_data) return answer(400, code::no_data);
    if (stop.code != 0) return answer(400, stop.code, stop.event);
    return answer(200, code::success);
}

}  // namespace

SplunkInput::SplunkInput(Intakes intakes, SplunkOptions options)
    : intakes_(intakes), options_(std::move(options)) {}

std::span<const Route> SplunkInput::routes() { return route_list; }

net::HttpResponse SplunkInput::refuse(int status, const base::Error& why, const std::string&,
                                      const std::string&) {
    return failure(status, why.message);
}

net::Task<net::HttpResponse> SplunkInput::handle(net::HttpRequest request) {
    if (request.path.starts_with("/services/collector/health")) {
        co_return answer(200, code::healthy);
    }
    if (request.path.starts_with("/services/collector/ack")) {
        co_return answer(400, code::acknowledgement_disabled);
    }
    const bool raw = request.path.starts_with("/services/collector/raw");
    const auto events = std::make_shared<JsonEvents>(options_.limits, std::move(request.hold));
    const splunk::Metadata metadata{
        std::string(request.parameter("host")), std::string(request.parameter("source")),
        std::string(request.parameter("sourcetype")), std::string(request.parameter("index")),
        std::string(request.parameter("time"))};
    std::string body = std::move(request.body);
    splunk::Stop stop;
    std::function<base::Status(JsonEvents&)> write = [&](JsonEvents& to) {
        return raw ? splunk::read_lines(body, metadata, to, stop)
                   : splunk::read_events(body, metadata, to, stop);
    };
    auto outcome = co_await accept_written(intakes_, options_.origin, events, std::move(write));
    if (!outcome) co_return failure(outcome.error());
    co_return report(outcome.value(), stop);
}

}  // namespace input
