#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "base/metrics.h"
#include "event/catalog.h"
#include "net/http.h"
#include "storage/store.h"

namespace api {

class ExportStream;

// GET /_trail/v1/export: all rows that fit, as NDJSON or CSV. Made page by page over one snapshot,
// each when the client took the one before: memory does not depend on the number of rows. A page
// is a job on the query pool, with the queries' time limit, stopped when the client goes.
// Thread-safe. REQUIRES: outlives the server.
class Exports {
  public:
    Exports(const storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
            base::Nanos page_timeout);

    net::Task<net::HttpResponse> answer(net::HttpRequest request);

  private:
    static constexpr std::size_t most = 32;  // at the same time; beyond it 429

    net::Task<base::Result<std::string>> next(const std::shared_ptr<ExportStream>& stream,
                                              std::stop_token gone);

    const storage::Store& store_;
    const event::Catalog& catalog_;
    net::Runtime& runtime_;
    base::Nanos page_timeout_;
    std::shared_ptr<std::atomic<std::size_t>> open_;
    base::Counter& rows_;
    base::Counter& broken_;
    base::Counter& refused_;
};

}  // namespace api
