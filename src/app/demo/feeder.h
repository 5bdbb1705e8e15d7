#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

#include "app/plant/plant.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/string_map.h"
#include "event/catalog.h"

namespace app {

// Sends a simulated plant's events to a server through its Elasticsearch bulk API, and its spans
// through OTLP, as real clients do: whole requests are sent again while the server is busy. One
// caller at a time.
class Feeder {
  public:
    // `catalog` names the indices, as clients of Elasticsearch do by themselves. REQUIRES: it
    // outlives the feeder.
    Feeder(std::string url, plant::Options options, const event::Catalog& catalog);

    // How far history is: events sent, and the share of the time that is covered, 0 to 1.
    using Progress = std::function<void(std::uint64_t events, double share)>;

    // Sends all events before `until` over several connections at once. Returns how many; the first
    // failure ends it. `progress` is called from several threads, one at a time. Cancelled when
    // `stop` is requested.
    base::Result<std::uint64_t> send_history(base::Nanos until, unsigned connections,
                                             const Progress& progress, std::stop_token stop);

    // Sends each event when its time comes, until `stop` is requested. A server that cannot be
    // reached is tried again.
    void go_on_live(std::stop_token stop);

    plant::Figures figures() const { return plant_.figures(); }

  private:
    // Bodies of requests; empty where there is nothing to send.
    struct Requests {
        std::string events;  // of the bulk API
        std::string traces;  // OTLP in JSON
    };
    // The next events before `until`, and the spans that ended with them.
    Requests next_requests(base::Nanos until);
    // The bulk action line of an event: `<system>-<environment>`.
    const std::string& action_of(std::string_view line);
    base::Status send_some(base::Nanos until, const Progress& progress,
                           const std::stop_token& stop);

    const std::string url_;
    const base::Nanos start_;
    const event::Catalog& catalog_;
    std::mutex mutex_;                      // of all below
    base::StringMap<std::string> actions_;  // by "service\nenvironment"
    plant::Plant plant_;
    std::string line_;
    std::uint64_t sent_ = 0;
};

}  // namespace app
