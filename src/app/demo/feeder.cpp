#include "app/demo/feeder.h"

#include <fmt/format.h>

#include <condition_variable>
#include <optional>
#include <thread>
#include <vector>

#include "base/log.h"
#include "event/index_name.h"
#include "net/http.h"

namespace app {

namespace {

constexpr std::size_t request_bytes = 512 << 10;

// Sleeps, unless `stop` is or becomes requested.
void wait_for(base::Nanos time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, std::chrono::nanoseconds(time), [] { return false; });
}

// The value of a text field in one of the plant's lines, which have no escapes in them; "" without
// it.
std::string_view text_field(std::string_view line, std::string_view name) {
    const auto at = line.find(fmt::format("\"{}\":\"", name));
    if (at == std::string_view::npos) return {};
    const auto begin = at + name.size() + 4;
    return line.substr(begin, line.find('"', begin) - begin);
}

std::uint64_t items_of(std::string_view request) {
    std::uint64_t lines = 0;
    for (const char c : request) lines += c == '\n' ? 1 : 0;
    return lines / 2;
}

// One request, sent again while the server is busy; `success` is in the answer when all of it is
// taken.
base::Status send(net::HttpClient& client, net::HttpClientRequest request, std::string_view success,
                  const std::stop_token& stop) {
    request.method = "POST";
    while (!stop.stop_requested()) {
        TRY(const auto response, client.send(request));
        if (response.status == 429 || response.status == 503) {
            wait_for(200 * base::millisecond, stop);
            continue;
        }
        if (response.status == 200 && response.body.find(success) != std::string::npos)
            return base::ok();
        return base::Error(base::Code::internal,
                           fmt::format("the server did not take simulated events: HTTP {} {}",
                                       response.status, response.body.substr(0, 500)));
    }
    return base::Error(base::Code::cancelled, "interrupted");
}

base::Status send_events(net::HttpClient& client, const std::string& url, std::string body,
                         const std::stop_token& stop) {
    net::HttpClientRequest request;
    request.url = url + "/_bulk?filter_path=errors,items.*.error";
    request.headers = {{"Content-Type", "application/x-ndjson"}};
    request.body = std::move(body);
    return send(client, std::move(request), "\"errors\":false", stop);
}

// As an OpenTelemetry exporter.
base::Status send_traces(net::HttpClient& client, const std::string& url, std::string body,
                         const std::stop_token& stop) {
    if (body.empty()) return base::ok();
    net::HttpClientRequest request;
    request.url = url + "/v1/traces";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(body);
    return send(client, std::move(request), "{}", stop);
}

}  // namespace

Feeder::Feeder(std::string url, plant::Options options, const event::Catalog& catalog)
    : url_(std::move(url)), start_(options.start), catalog_(catalog), plant_(std::move(options)) {}

const std::string& Feeder::action_of(std::string_view line) {
    const auto service = text_field(line, "service_name");
    const auto environment = text_field(line, "environment");
    const auto key = fmt::format("{}\n{}", service, environment);
    const auto known = actions_.find(key);
    if (known != actions_.end()) return known->second;
    const auto index = event::index_name(catalog_.system_of(service), environment);
    return actions_[key] = fmt::format("{{\"create\":{{\"_index\":\"{}\"}}}}\n", index);
}

Feeder::Requests Feeder::next_requests(base::Nanos until) {
    Requests next;
    std::string& body = next.events;
    while (body.size() < request_bytes) {
        const auto time = plant_.next_time();
        if (!time || *time >= until) break;
        line_.clear();
        if (!plant_.next(line_)) break;
        body += action_of(line_);
        body += line_;
    }
    plant_.take_traces(next.traces);
    return next;
}

base::Status Feeder::send_some(base::Nanos until, const Progress& progress,
                               const std::stop_token& stop) {
    const auto client = net::HttpClient::create();
    while (!stop.stop_requested()) {
        Requests next;
        {
            const std::lock_guard lock(mutex_);
            next = next_requests(until);
        }
        if (next.events.empty()) return base::ok();
        const auto items = items_of(next.events);
        TRY(send_events(*client, url_, std::move(next.events), stop));
        TRY(send_traces(*client, url_, std::move(next.traces), stop));
        const std::lock_guard lock(mutex_);
        sent_ += items;
        const auto reached = plant_.next_time().value_or(until);
        progress(sent_, static_cast<double>(std::min(reached, until) - start_) /
                            static_cast<double>(until - start_));
    }
    return base::Error(base::Code::cancelled, "interrupted");
}

base::Result<std::uint64_t> Feeder::send_history(base::Nanos until, unsigned connections,
                                                 const Progress& progress, std::stop_token stop) {
    std::stop_source failed;
    const std::stop_callback stopped(stop, [&failed] { failed.request_stop(); });
    std::mutex mutex;
    std::optional<base::Error> first;
    {
        std::vector<std::jthread> senders;
        for (unsigned at = 0; at < connections; ++at) {
            senders.emplace_back([&] {
                const auto sent = send_some(until, progress, failed.get_token());
                if (sent) return;
                const std::lock_guard lock(mutex);
                if (!first) first = sent.error();
                failed.request_stop();
            });
        }
    }
    if (first) return *first;
    return sent_;
}

void Feeder::go_on_live(std::stop_token stop) {
    const auto client = net::HttpClient::create();
    while (!stop.stop_requested()) {
        const auto next = plant_.next_time();
        if (!next) return;
        // At most five requests a second, however many events there are.
        wait_for(std::max(*next - base::now(), 200 * base::millisecond), stop);
        const Requests requests = next_requests(base::now());
        bool events_sent = requests.events.empty();
        while (!stop.stop_requested()) {
            auto sent =
                events_sent ? base::ok() : send_events(*client, url_, requests.events, stop);
            events_sent = sent.has_value();
            if (sent) sent = send_traces(*client, url_, requests.traces, stop);
            if (sent) break;
            if (sent.error().code == base::Code::cancelled) return;
            base::log().warn("{}; trying again", sent.error().message);
            wait_for(base::second, stop);
        }
    }
}

}  // namespace app
