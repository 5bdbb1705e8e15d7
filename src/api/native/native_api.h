#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

#include "api/router.h"
#include "base/clock.h"
#include "base/result.h"
#include "event/catalog.h"
#include "net/http.h"
#include "storage/store.h"

namespace api {

struct NativeContext;
class Parameters;

struct NativeOptions {
    std::size_t row_limit = 10'000;
    base::Nanos timeout = 30 * base::second;
    // Queries waiting and running; beyond it 429.
    std::size_t most_queries = 200;
    std::string version;
};

// The native API under /_trail/v1/. Each request becomes one synchronous job on the query pool over
// one snapshot, stopped when its client goes away or its time is over. Thread-safe. REQUIRES:
// store, catalog and runtime outlive it, and it the router.
class NativeApi {
  public:
    NativeApi(const storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
              NativeOptions options)
        : store_(store), catalog_(catalog), runtime_(runtime), options_(std::move(options)) {}

    void add_to(Router& router);

  private:
    using Endpoint = base::Result<std::string> (*)(const NativeContext&, const Parameters&);

    void add(Router& router, const char* name, const char* path, Endpoint endpoint);
    net::Task<net::HttpResponse> answer(Endpoint endpoint, net::HttpRequest request,
                                        PathParameters path);
    base::Result<std::string> run(Endpoint endpoint, const net::HttpRequest& request,
                                  const PathParameters& path, std::stop_token stop) const;

    const storage::Store& store_;
    const event::Catalog& catalog_;
    net::Runtime& runtime_;
    NativeOptions options_;
    const base::Nanos started_ = base::now();
    std::atomic<std::size_t> queries_{0};
};

}  // namespace api
