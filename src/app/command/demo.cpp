#include "app/command/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <cstdio>
#include <optional>
#include <thread>

#include "app/client.h"
#include "app/configuration/load.h"
#include "app/demo/feeder.h"
#include "app/demo/progress.h"
#include "app/demo/temporary_directory.h"
#include "app/exit_code.h"
#include "app/server/server.h"
#include "app/server/signals.h"
#include "base/clock.h"
#include "base/log.h"
#include "event/catalog.h"

namespace app {

namespace {

namespace json = boost::json;

constexpr unsigned connections = 3;
constexpr unsigned further_ports = 50;
// Long enough that most orders are closed and some have missed their deadlines.
constexpr int history_days = 3;
constexpr base::Nanos history = history_days * base::day;
// With so many orders every misfortune of a real business happens to some of them.
constexpr double telling_orders = 3000;

// Ids of open orders: stuck ones first, then those that wait longest.
std::vector<std::string> waiting_orders(Client& client) {
    std::vector<std::string> ids;
    const auto answer = client.get(fmt::format("/_trail/v1/orders?from=now-{}d", history_days));
    if (!answer) return ids;
    json::error_code error;
    const auto value = json::parse(answer.value(), error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* recent = object == nullptr ? nullptr : object->if_contains("recent");
    if (recent == nullptr || !recent->is_array()) return ids;
    for (const auto& order : recent->get_array()) {
        const auto* id = order.is_object() ? order.get_object().if_contains("order_id") : nullptr;
        if (id != nullptr && id->is_string())
            ids.emplace_back(id->get_string().data(), id->get_string().size());
    }
    return ids;
}

// A stuck order for people to look at, best one whose message lies in a queue; "" when none is.
std::string order_to_show(Client& client) {
    const auto ids = waiting_orders(client);
    for (const auto& id : ids) {
        const auto journey = client.get("/_trail/v1/orders/" + net::url_encode(id));
        if (journey && journey.value().find("\"queue_name\":\"") != std::string::npos) return id;
    }
    return ids.empty() ? "" : ids.front();
}

void print_guide(const Server& server, bool live) {
    Client client(server.url());
    const auto id = order_to_show(client);
    const auto& url = server.url();
    fmt::print("\nOrdertrail is running with three simulated days of orders: {}\n\n", url);
    fmt::print("  what went wrong    {}/search?q=level%3A%20ERROR\n", url);
    if (!id.empty()) fmt::print("  a stuck order      {}/order/{}\n", url, net::url_encode(id));
    fmt::print("  traces             {}/traces\n", url);
    fmt::print(
        "  on a command line  ordertrail query --server {} --from 1h 'event_type: "
        "PRICE_CALCULATED'\n\n",
        url);
    fmt::print("{} Ctrl-C ends it.\n",
               live ? "Events go on live, as they would in reality." : "No further events come.");
    std::fflush(stdout);
}

plant::Options plant_options(const DemoOptions& options, base::Nanos now) {
    plant::Options made;
    made.seed = options.seed;
    made.start = now - history;
    made.traces = true;
    if (options.orders > 0) made.orders_per_day = static_cast<double>(options.orders);
    const double orders = made.orders_per_day * history_days;
    made.misfortune = std::clamp(telling_orders / orders, 1.0, 10.0);
    return made;
}

// Feeds the server on a thread of its own; a failure ends the program as a signal would.
class DemoFeed {
  public:
    DemoFeed(const Server& server, const DemoOptions& options)
        : server_(server),
          options_(options),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}

    bool failed() const { return failed_.load(); }
    void stop() {
        thread_.request_stop();
        thread_.join();
    }

  private:
    void run(const std::stop_token& stop) {
        const auto now = base::now();
        Feeder feeder(server_.url(), plant_options(options_, now), event::Catalog::built_in());
        ProgressBar bar("Simulating three days of orders and sending their events …");
        const auto sent = feeder.send_history(
            now, connections,
            [&](std::uint64_t events, double share) { bar.update(events, share); }, stop);
        bar.finish();
        if (!sent) {
            if (stop.stop_requested()) return;
            fmt::print(stderr, "ordertrail: {}\n", sent.error().message);
            failed_.store(true);
            StopSignals::raise();
            return;
        }
        fmt::print(stderr, "{} events and {} spans of {} orders are stored.\n",
                   grouped(sent.value()), grouped(feeder.figures().spans),
                   grouped(feeder.figures().created));
        print_guide(server_, options_.live);
        if (options_.live) feeder.go_on_live(stop);
    }

    const Server& server_;
    const DemoOptions& options_;
    std::atomic<bool> failed_{false};
    std::jthread thread_;
};

}  // namespace

int run_demo(const DemoOptions& options) {
    StopSignals signals;
    std::optional<TemporaryDirectory> temporary;
    ConfigurationSources sources;
    sources.environment = process_environment();
    sources.flags = {{"http.address", options.http}, {"data", options.data.value_or("")}};
    if (!options.data) {
        auto made = TemporaryDirectory::create("ordertrail-demo");
        if (!made) {
            fmt::print(stderr, "ordertrail: {}\n", made.error().message);
            return exit_code::failure;
        }
        temporary.emplace(std::move(made.value()));
        sources.flags.back().second = temporary->path();
    }
    const auto loaded = load_configuration(sources);
    if (!loaded.problems.empty()) {
        fmt::print(stderr, "{}", loaded.problem_text());
        return exit_code::usage;
    }
    base::set_log_level(loaded.configuration.log_level);
    auto server = Server::start(loaded.configuration, further_ports);
    if (!server) {
        fmt::print(stderr, "ordertrail: {}\n", server.error().message);
        return exit_code::failure;
    }
    DemoFeed feed(*server.value(), options);
    signals.wait();
    feed.stop();
    server.value()->stop();
    return feed.failed() ? exit_code::failure : exit_code::done;
}

}  // namespace app
