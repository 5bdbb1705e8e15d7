#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string_view>

#include "api/elasticsearch/open_contexts.h"
#include "api/router.h"
#include "base/clock.h"
#include "event/catalog.h"
#include "net/http.h"
#include "storage/store.h"

namespace api {

struct ElasticsearchReaderOptions {
    base::Nanos timeout = 30 * base::second;
    // Requests waiting and running; beyond it 429.
    std::size_t most_queries = 200;
    std::size_t esql_memory = std::size_t{256} << 20;  // what one ES|QL query may hold, in bytes
    // An index that exists though it holds nothing: made by a client. May be empty.
    std::function<bool(std::string_view)> index_known;
    // What every answer of this API needs: filter_path, headers. Called with the request's line and
    // headers.
    std::function<void(const net::HttpRequest&, net::HttpResponse&)> finish;
};

// The side of Elasticsearch's HTTP API by which clients read: searches, counts, documents,
// mappings. Each request is one synchronous job on the query pool over one snapshot, stopped when
// its client goes away or its time is over. Thread-safe. REQUIRES: store, catalog and runtime
// outlive it, and it the router.
class ElasticsearchReader {
  public:
    ElasticsearchReader(storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
                        ElasticsearchReaderOptions options);

    void add_to(Router& router);

  private:
    struct Endpoint;
    net::Task<net::HttpResponse> answer(const Endpoint& endpoint, net::HttpRequest request,
                                        PathParameters path);
    net::HttpResponse run(const Endpoint& endpoint, const net::HttpRequest& request,
                          const PathParameters& path, std::stop_token stop);

    storage::Store& store_;
    const event::Catalog& catalog_;
    net::Runtime& runtime_;
    ElasticsearchReaderOptions options_;
    std::atomic<std::size_t> queries_{0};
    std::shared_ptr<elasticsearch::OpenContexts> open_;
    base::Counter& requests_;
    base::Counter& failures_;
};

}  // namespace api
