#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "api/native/entrance.h"
#include "api/native/export.h"
#include "api/native/tail.h"
#include "api/router.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "event/catalog.h"
#include "net/http.h"
#include "storage/store.h"

namespace api {

struct EndpointSpec;

struct NativeOptions {
    std::size_t row_limit = 10'000;
    base::Nanos timeout = 30 * base::second;
    // Queries waiting and running; beyond it 429.
    std::size_t most_queries = 200;
    std::string version = {};
    std::string environment = "prod";  // of events that name none
    TailOptions tail = {};
};

// The native API under /_trail/v1/. Each request becomes one synchronous job on the query pool over
// one snapshot, stopped when its client goes away or its time is over. Thread-safe. REQUIRES:
// store, catalog and runtime outlive it, and it the router.
class NativeApi {
  public:
    NativeApi(storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
              NativeOptions options);

    void add_to(Router& router);

    // Until then `inputs` tells none.
    void tell_entrances(std::vector<Entrance> entrances);

    // Ends what would stream for ever: before the server stops.
    void stop_streams() { tails_.stop(); }

  private:
    void add(Router& router, const EndpointSpec& endpoint);
    net::Task<net::HttpResponse> answer(const EndpointSpec& endpoint, net::HttpRequest request,
                                        PathParameters path);
    base::Result<std::string> run(const EndpointSpec& endpoint, const net::HttpRequest& request,
                                  const PathParameters& path, std::stop_token stop) const;

    storage::Store& store_;
    const event::Catalog& catalog_;
    net::Runtime& runtime_;
    NativeOptions options_;
    const base::Nanos started_ = base::now();
    std::shared_ptr<std::atomic<std::size_t>> queries_;  // waiting and running
    base::Counter& refused_;
    base::Counter& timeouts_;
    mutable std::mutex mutex_;
    std::shared_ptr<const std::vector<Entrance>> entrances_;  // guarded by mutex_
    Tails tails_;
    Exports exports_;
};

}  // namespace api
