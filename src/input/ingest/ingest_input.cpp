#include "input/ingest/ingest_input.h"

#include <fmt/format.h>

#include <array>

#include "base/clock.h"
#include "event/index_name.h"
#include "event/json_text.h"
#include "input/ingest/line_splitter.h"

namespace input {

namespace {

constexpr std::array<Route, 2> route_list = {Route{"POST PUT", "/ingest"},
                                             Route{"POST PUT", "/ingest/{index}"}};

constexpr std::size_t most_environments = 1000;
// Further rejected lines are counted, not told.
constexpr std::size_t most_told = 1000;
// What a line takes beside its text, at most.
constexpr std::size_t bytes_of_line = 300;

// In the native API's form (docs/reference/api.md).
net::HttpResponse refusal(const base::Error& error) {
    net::HttpResponse response;
    response.status = net::status_of(error.code);
    response.body = fmt::format(R"({{"error":{{"code":"{}","message":)", base::name_of(error.code));
    event::append_json_string(error.message, response.body);
    response.body += "}}";
    if (error.code == base::Code::busy) response.headers.emplace_back("Retry-After", "1");
    return response;
}

base::Result<event::Format> format_of(const net::HttpRequest& request) {
    const auto named = request.parameter("format");
    if (named == "json" || named == "ndjson") return event::Format::json;
    if (named == "logfmt") return event::Format::logfmt;
    if (named == "plain") return event::Format::plain;
    if (named == "auto") return event::Format::automatic;
    if (!named.empty()) {
        return base::invalid(
            fmt::format("unknown format [{}]: expected json, logfmt, plain or auto", named));
    }
    const auto type = request.header("content-type");
    return type.find("json") != std::string_view::npos ? event::Format::json
                                                       : event::Format::automatic;
}

// The part behind "/ingest/"; empty where the pipeline routes.
base::Result<std::string> index_of(const net::HttpRequest& request) {
    static constexpr std::string_view prefix = "/ingest/";
    std::string name;
    if (request.path.size() > prefix.size()) name = request.path.substr(prefix.size());
    if (name == "auto") name.clear();
    if (!name.empty()) {
        TRY(event::check_index_name(name));
    }
    return name;
}

// A body and its lines; what the records point into.
struct Body {
    std::string text;
    std::string index;
    std::vector<Line> lines;
};

base::Status split(Body& body, event::Format format, std::size_t most_lines) {
    const bool may_be_array = format == event::Format::json || format == event::Format::automatic;
    if (may_be_array && is_array(body.text)) {
        TRY(body.lines, split_array(body.text, most_lines));
    } else {
        TRY(body.lines, split_lines(body.text, most_lines));
    }
    return base::ok();
}

// {"accepted":2,"stored":1,"filtered":1,"duplicates":0,"rejected":[{"line":3,"error":"…"}]}
net::HttpResponse report(const Body& body, const event::RecordsOutcome& outcome) {
    using Status = event::RecordOutcome::Status;
    std::size_t stored = 0;
    std::size_t filtered = 0;
    std::size_t duplicates = 0;
    std::size_t rejected = 0;
    std::string told;
    for (std::size_t at = 0; at < outcome.items.size() && at < body.lines.size(); ++at) {
        const auto& item = outcome.items[at];
        if (item.status == Status::filtered) {
            ++filtered;
        } else if (item.status == Status::duplicate) {
            ++duplicates;
        } else if (item.status != Status::rejected) {
            ++stored;
        } else if (++rejected <= most_told) {
            if (!told.empty()) told.push_back(',');
            told += fmt::format(R"({{"line":{},"error":)", body.lines[at].number);
            const auto error = static_cast<std::size_t>(item.error);
            const bool known = item.error >= 0 && error < outcome.errors.size();
            event::append_json_string(known ? outcome.errors[error].message : "not stored", told);
            told.push_back('}');
        }
    }
    net::HttpResponse response;
    const std::size_t accepted = stored + filtered + duplicates;
    if (accepted == 0 && rejected > 0) response.status = 400;
    response.body =
        fmt::format(R"({{"accepted":{},"stored":{},"filtered":{},"duplicates":{},"rejected":[{}])",
                    accepted, stored, filtered, duplicates, told);
    if (rejected > most_told) response.body += fmt::format(R"(,"rejected_total":{})", rejected);
    response.body += "}";
    return response;
}

}  // namespace

IngestInput::IngestInput(Intakes intakes, IngestOptions options)
    : intakes_(intakes),
      options_(std::move(options)),
      origin_{"ingest", options_.environment, options_.time_zone} {}

std::span<const Route> IngestInput::routes() { return route_list; }

// nullptr when there are too many environments already.
const event::Origin* IngestInput::origin_of(const net::HttpRequest& request) {
    const auto environment = request.parameter("environment");
    if (environment.empty() || environment == options_.environment) return &origin_;
    const std::lock_guard lock(mutex_);
    const auto found = origins_.find(environment);
    if (found != origins_.end()) return &found->second;
    if (origins_.size() == most_environments) return nullptr;
    event::Origin origin{"ingest", std::string(environment), options_.time_zone};
    return &origins_.emplace(environment, std::move(origin)).first->second;
}

net::Task<net::HttpResponse> IngestInput::handle(net::HttpRequest request) {
    const auto format = format_of(request);
    if (!format) co_return refusal(format.error());
    auto index = index_of(request);
    if (!index) co_return refusal(index.error());
    const auto environment = request.parameter("environment");
    // It becomes a part of index names.
    if (!environment.empty()) {
        const auto good = event::check_index_name(environment);
        if (!good) {
            co_return refusal(
                base::invalid(fmt::format("the environment [{}] cannot be part of an index name",
                                          environment.substr(0, 100))));
        }
    }
    const auto* origin = origin_of(request);
    if (origin == nullptr) {
        co_return refusal(
            {base::Code::too_large, fmt::format("more than {} environments", most_environments)});
    }
    const auto body = std::make_shared<Body>();
    body->text = std::move(request.body);
    const auto hold = std::move(request.hold);
    body->index = std::move(index).value();
    base::Status status = base::ok();
    const base::Nanos received = base::now();
    std::function<std::optional<event::Records>()> make = [&] {
        status = split(*body, format.value(), options_.most_lines);
        if (status && hold && !hold(body->lines.size() * bytes_of_line)) {
            status =
                base::Error{base::Code::busy,
                            "too many events of requests are under way; try again in a second, "
                            "with smaller requests"};
        }
        if (!status) return std::optional<event::Records>();
        event::Records records;
        records.owner = body;
        records.format = format.value();
        records.origin = origin;
        records.received = received;
        records.items.reserve(body->lines.size());
        for (const auto& line : body->lines) {
            records.items.push_back({line.text, body->index, {}, event::RowOperation::index});
        }
        return std::optional(std::move(records));
    };
    auto outcome = co_await accept(intakes_, std::move(make));
    if (!status) co_return refusal(status.error());
    if (!outcome) co_return refusal(outcome.error());
    co_return report(*body, outcome.value());
}

}  // namespace input
