#include "ordertrail_bench_load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "event/catalog.h"
#include "event/index_name.h"
#include "net/http.h"

namespace bench {

namespace {

constexpr double events_per_order = 27;
constexpr std::string_view service_key = R"("service_name":")";
constexpr std::string_view environment_key = R"("environment":")";

plant::Options plant_options(const LoadOptions& options) {
    plant::Options made;
    made.seed = options.seed;
    const auto span = static_cast<base::Nanos>(options.days * static_cast<double>(base::day));
    made.start = (base::now() - span) / base::day * base::day;
    made.orders_per_day =
        std::max(1.0, static_cast<double>(options.events) / events_per_order / options.days);
    return made;
}

// The string value behind `key` in one of the plant's lines.
std::string_view value_behind(std::string_view line, std::string_view key) {
    const std::size_t at = line.find(key);
    if (at == std::string_view::npos) return {};
    const auto rest = line.substr(at + key.size());
    return rest.substr(0, rest.find('"'));
}

}  // namespace

Generator::Generator(const LoadOptions& options)
    : options_(options), plant_(plant_options(options)) {}

std::string_view Generator::action_of(std::string_view line) {
    const std::string_view service = value_behind(line, service_key);
    const std::string_view environment = value_behind(line, environment_key);
    for (const Action& action : actions_) {
        if (action.service == service && action.environment == environment) return action.line;
    }
    const std::string index =
        event::index_name(event::Catalog::built_in().system_of(service), environment);
    actions_.push_back({std::string(service), std::string(environment),
                        fmt::format(R"({{"create":{{"_index":"{}"}}}})"
                                    "\n",
                                    index)});
    return actions_.back().line;
}

bool Generator::next(Body& body) {
    body.bytes.clear();
    body.bytes.reserve(options_.body_bytes + 4096);
    body.events = 0;
    body.raw_bytes = 0;
    if (options_.until != 0 && base::steady_now() > options_.until) return false;
    while (made_ < options_.events && body.bytes.size() < options_.body_bytes) {
        line_.clear();
        plant_.next(line_);
        body.bytes.append(action_of(line_));
        body.bytes.append(line_);
        body.raw_bytes += line_.size();
        ++body.events;
        ++made_;
    }
    return body.events > 0;
}

namespace {

// Bodies on their way from the generator's thread to the senders', and what became of them.
// Thread-safe.
class Shipment {
  public:
    explicit Shipment(std::size_t room) : room_(room) {}

    // False when the shipment has failed.
    bool put(Body body) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return bodies_.size() < room_ || failure_; });
        if (failure_) return false;
        bodies_.push_back(std::move(body));
        changed_.notify_all();
        return true;
    }
    // Nothing when there is no more, or the shipment has failed.
    std::optional<Body> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !bodies_.empty() || ended_ || failure_; });
        if (failure_ || bodies_.empty()) return std::nullopt;
        Body body = std::move(bodies_.front());
        bodies_.pop_front();
        changed_.notify_all();
        return body;
    }
    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }
    void fail(base::Error why) {
        const std::lock_guard lock(mutex_);
        if (!failure_) failure_ = std::move(why);
        changed_.notify_all();
    }
    void refused() {
        const std::lock_guard lock(mutex_);
        ++figures_.refused;
    }
    void accepted(const Body& body, base::Nanos took) {
        const std::lock_guard lock(mutex_);
        figures_.events += body.events;
        figures_.raw_bytes += body.raw_bytes;
        figures_.sent_bytes += body.bytes.size();
        ++figures_.requests;
        figures_.answer_milliseconds.push_back(static_cast<double>(took) / base::millisecond);
        const base::Nanos now = base::steady_now();
        if (!terminal_ || now - printed_ < base::second) return;
        const double seconds = static_cast<double>(now - begin_) / base::second;
        fmt::print(stderr, "\r{:>12} events, {:>9.0f} events/s ", figures_.events,
                   static_cast<double>(figures_.events) / seconds);
        printed_ = now;
    }
    base::Result<SendFigures> result() {
        if (terminal_) fmt::print(stderr, "\r{:60}\r", "");
        if (failure_) return *failure_;
        figures_.seconds = static_cast<double>(base::steady_now() - begin_) / base::second;
        std::sort(figures_.answer_milliseconds.begin(), figures_.answer_milliseconds.end());
        return std::move(figures_);
    }

  private:
    const std::size_t room_;
    const base::Nanos begin_ = base::steady_now();
    const bool terminal_ = ::isatty(STDERR_FILENO) == 1;  // else no progress line
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Body> bodies_;
    bool ended_ = false;
    std::optional<base::Error> failure_;
    SendFigures figures_;
    base::Nanos printed_ = begin_;
};

// Sends one body until it is taken.
base::Status deliver(net::HttpClient& client, const std::string& url, Body& body,
                     Shipment& shipment) {
    constexpr std::chrono::milliseconds first_pause{20};
    constexpr std::chrono::milliseconds longest_pause{2000};
    net::HttpClientRequest request;
    request.method = "POST";
    request.url = url + "/_bulk";
    request.headers = {{"Content-Type", "application/x-ndjson"}, {"Accept-Encoding", "identity"}};
    request.timeout = std::chrono::minutes(5);
    request.body.swap(body.bytes);
    auto pause = first_pause;
    while (true) {
        const base::Nanos begin = base::steady_now();
        TRY(const auto answer, client.send(request));
        if (answer.status == 200 && answer.body.find(R"("errors":false)") != std::string::npos) {
            body.bytes.swap(request.body);
            shipment.accepted(body, base::steady_now() - begin);
            return base::ok();
        }
        if (answer.status != 429) {
            return base::Error(base::Code::internal,
                               fmt::format("_bulk answered {}, expected 200 without errors: {}",
                                           answer.status, answer.body.substr(0, 500)));
        }
        shipment.refused();
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, longest_pause);
    }
}

void send_bodies(const std::string& url, Shipment& shipment) {
    const auto client = net::HttpClient::create();
    while (auto body = shipment.take()) {
        if (const auto sent = deliver(*client, url, *body, shipment); !sent) {
            return shipment.fail(sent.error());
        }
    }
}

}  // namespace

base::Result<SendFigures> send_all(Generator& generator, const std::string& url,
                                   std::size_t connections) {
    Shipment shipment(connections * 2);
    {
        std::vector<std::jthread> senders;
        for (std::size_t at = 0; at < connections; ++at) {
            senders.emplace_back([&] { send_bodies(url, shipment); });
        }
        Body body;
        while (generator.next(body) && shipment.put(std::move(body))) body = Body();
        shipment.end();
    }
    return shipment.result();
}

}  // namespace bench
