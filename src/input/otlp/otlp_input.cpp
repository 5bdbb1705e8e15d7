#include "input/otlp/otlp_input.h"

#include <fmt/format.h>

#include <array>

#include "base/clock.h"
#include "input/otlp/answer.h"

namespace input {

namespace {

constexpr std::array<Route, 3> route_list = {Route{"POST", "/v1/logs"}, Route{"POST", "/v1/traces"},
                                             Route{"POST", "/v1/metrics"}};

// Further rejected records are counted, not told.
constexpr std::int64_t most_told = 5;
// What a record takes beside the body, at most.
constexpr std::size_t bytes_of_record = 300;

// What became of the records; those that are stored, duplicates or below their index's level are
// accepted.
net::HttpResponse report(otlp::Signal signal, otlp::Encoding encoding,
                         const event::RecordsOutcome& outcome) {
    std::int64_t rejected = 0;
    std::string told;
    for (std::size_t at = 0; at < outcome.items.size(); ++at) {
        const auto& item = outcome.items[at];
        if (item.status != event::RecordOutcome::Status::rejected) continue;
        if (++rejected > most_told) continue;
        const auto error = static_cast<std::size_t>(item.error);
        const bool known = item.error >= 0 && error < outcome.errors.size();
        told += fmt::format("{}{} {} of the request: {}", told.empty() ? "" : "; ",
                            otlp::names_of(signal).record, at,
                            known ? outcome.errors[error].message : "not stored");
    }
    if (rejected > most_told) told += fmt::format("; and {} more", rejected - most_told);
    return otlp::success(signal, encoding, rejected, told);
}

net::HttpResponse unsupported_type(std::string_view type) {
    return otlp::failure(
        otlp::Encoding::json, 415,
        fmt::format("expected the Content-Type application/x-protobuf or application/json, found "
                    "'{}'",
                    type.substr(0, 100)));
}

}  // namespace

OtlpInput::OtlpInput(Intakes intakes, OtlpOptions options)
    : intakes_(intakes), options_(std::move(options)), origin_{"otlp", options_.environment} {}

std::span<const Route> OtlpInput::routes() { return route_list; }

net::HttpResponse OtlpInput::refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type) {
    return otlp::refuse(status, why, path, content_type);
}

net::Task<net::HttpResponse> OtlpInput::handle(net::HttpRequest request) {
    const auto encoding = otlp::encoding_of(request.header("content-type"));
    if (!encoding) co_return unsupported_type(request.header("content-type"));
    const bool traces = request.path.starts_with("/v1/traces");
    if (!traces && !request.path.starts_with("/v1/logs")) {
        co_return otlp::failure(*encoding, 501,
                                fmt::format("{} is not taken by this server; it takes logs, at "
                                            "/v1/logs, and traces, at /v1/traces",
                                            request.path));
    }
    const auto signal = traces ? otlp::Signal::traces : otlp::Signal::logs;
    const base::Nanos received = base::now();
    std::string body = std::move(request.body);
    const auto hold = std::move(request.hold);
    base::Status status = base::ok();
    std::function<std::optional<event::Records>()> make = [&] {
        auto parsed =
            *encoding == otlp::Encoding::json
                ? otlp::ExportRequest::parse_json(signal, std::move(body), options_.limits)
                : otlp::ExportRequest::parse(signal, std::move(body), options_.limits);
        if (!parsed) {
            status = std::move(parsed).error();
            return std::optional<event::Records>();
        }
        if (hold && !hold(parsed.value()->records() * bytes_of_record)) {
            status = base::Error{base::Code::busy,
                                 "too many events of requests are under way; try again in a "
                                 "second, with smaller batches"};
            return std::optional<event::Records>();
        }
        auto records = otlp::ExportRequest::hand_over(parsed.value(), options_.environment);
        records.origin = &origin_;
        records.received = received;
        return std::optional(std::move(records));
    };
    auto outcome = co_await accept(intakes_, std::move(make));
    if (!status) co_return otlp::failure(*encoding, status.error());
    if (!outcome) co_return otlp::failure(*encoding, outcome.error());
    co_return report(signal, *encoding, outcome.value());
}

}  // namespace input
