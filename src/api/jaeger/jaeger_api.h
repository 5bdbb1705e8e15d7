#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "api/router.h"
#include "base/clock.h"
#include "base/result.h"
#include "event/catalog.h"
#include "net/http.h"
#include "storage/store.h"

namespace query {
class Searcher;
}

namespace api {

struct JaegerOptions {
    base::Nanos timeout = 30 * base::second;
    // Queries waiting and running; beyond it 429.
    std::size_t most_queries = 100;
};

// Jaeger's query APIs, v1 under /api/ and v3 under /api/v3/, over the spans that are stored: for
// Jaeger's UI and Grafana. Each request becomes one synchronous job on the query pool over one
// snapshot. Thread-safe. REQUIRES: store, catalog and runtime outlive it, and it the router.
class JaegerApi {
  public:
    JaegerApi(const storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
              JaegerOptions options);

    void add_to(Router& router);

    // The form of errors on these paths; see Router::dialect.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    struct Question;
    using Answer = base::Result<std::string> (*)(const Question&);
    void add(Router& router, std::string_view pattern, Answer answer_of,
             std::string_view method = "GET");
    net::Task<net::HttpResponse> answer(Answer answer_of, net::HttpRequest request,
                                        PathParameters path);
    base::Result<std::string> run(Answer answer_of, const net::HttpRequest& request,
                                  const PathParameters& path, std::stop_token stop) const;

    static base::Result<std::string> v1_services(const Question& question);
    static base::Result<std::string> v1_operations(const Question& question);
    static base::Result<std::string> v1_operation_names(const Question& question);
    static base::Result<std::string> v1_traces(const Question& question);
    static base::Result<std::string> v1_trace(const Question& question);
    static base::Result<std::string> v1_dependencies(const Question& question);
    static base::Result<std::string> v1_transform(const Question& question);
    static base::Result<std::string> v3_services(const Question& question);
    static base::Result<std::string> v3_operations(const Question& question);
    static base::Result<std::string> v3_traces(const Question& question);
    static base::Result<std::string> v3_trace(const Question& question);
    static base::Result<std::string> v3_summaries(const Question& question);

    const storage::Store& store_;
    const event::Catalog& catalog_;
    net::Runtime& runtime_;
    const JaegerOptions options_;
    std::atomic<std::size_t> queries_ = 0;
};

}  // namespace api
