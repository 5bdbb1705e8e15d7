#include "api/native/native_api.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <new>

// Behind Asio: its headers cannot be read after the namespace `query` is known.
#include "api/native/answers.h"
#include "api/native/error_answer.h"
#include "base/metrics.h"
#include "net/deadline.h"

namespace api {

namespace {

// One more or one fewer query, for as long as it lives.
class Counted {
  public:
    explicit Counted(std::atomic<std::size_t>& number)
        : number_(number), before_(number.fetch_add(1)) {}
    ~Counted() { number_.fetch_sub(1); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    std::size_t before() const { return before_; }

  private:
    std::atomic<std::size_t>& number_;
    std::size_t before_;
};

}  // namespace

void NativeApi::add(Router& router, const char* name, const char* path, Endpoint endpoint) {
    auto& duration = base::metrics().duration("ordertrail_query_duration_seconds",
                                              "Time from a native API request to its answer.",
                                              {{"endpoint", name}});
    router.add(
        "GET POST", path,
        [this, endpoint, &duration](net::HttpRequest request,
                                    PathParameters parameters) -> net::Task<net::HttpResponse> {
            const auto started = base::steady_now();
            auto response = co_await answer(endpoint, std::move(request), std::move(parameters));
            duration.observe(static_cast<double>(base::steady_now() - started) / base::second);
            co_return response;
        });
}

void NativeApi::add_to(Router& router) {
    add(router, "search", "/_trail/v1/search", answer_search);
    add(router, "count", "/_trail/v1/count", answer_count);
    add(router, "histogram", "/_trail/v1/histogram", answer_histogram);
    add(router, "facets", "/_trail/v1/facets", answer_facets);
    add(router, "values", "/_trail/v1/values", answer_values);
    add(router, "context", "/_trail/v1/context", answer_context);
    add(router, "aggregate", "/_trail/v1/aggregate", answer_aggregate);
    add(router, "fields", "/_trail/v1/fields", answer_fields);
    add(router, "indices", "/_trail/v1/indices", answer_indices);
    add(router, "orders", "/_trail/v1/orders", answer_orders);
    add(router, "order", "/_trail/v1/orders/{id}", answer_order);
    add(router, "sources", "/_trail/v1/sources", answer_sources);
    add(router, "store", "/_trail/v1/store", answer_store);
    add(router, "catalog", "/_trail/v1/catalog", answer_catalog);
    router.add("GET", "/_trail/v1/tail", [this](net::HttpRequest request, PathParameters) {
        return tails_.answer(std::move(request));
    });
    router.add("GET", "/_trail/v1/export", [this](net::HttpRequest request, PathParameters) {
        return exports_.answer(std::move(request));
    });
}

base::Result<std::string> NativeApi::run(Endpoint endpoint, const net::HttpRequest& request,
                                         const PathParameters& path, std::stop_token stop) const {
    if (stop.stop_requested()) return base::Error(base::Code::cancelled, "the client went away");
    try {
        TRY(const auto parameters, Parameters::read(request));
        const query::Searcher searcher(store_.snapshot(), catalog_, query::Scope::everything(),
                                       std::move(stop));
        return endpoint({searcher, catalog_, path, base::now(), base::steady_now(),
                         options_.row_limit, store_, options_.version, started_},
                        parameters);
    } catch (const std::bad_alloc&) {
        return base::Error(base::Code::too_large,
                           "the query needs more memory than there is; narrow it");
    } catch (const std::exception& error) {
        return base::Error(base::Code::internal, fmt::format("the query failed: {}", error.what()));
    }
}

net::Task<net::HttpResponse> NativeApi::answer(Endpoint endpoint, net::HttpRequest request,
                                               PathParameters path) {
    const Counted counted(queries_);
    if (counted.before() >= options_.most_queries) {
        co_return error_answer(
            {base::Code::busy, fmt::format("{} queries are waiting already; try again later",
                                           options_.most_queries)});
    }
    std::stop_source stop;
    const std::stop_callback gone(request.gone, [&stop] { stop.request_stop(); });
    const net::Deadline deadline(runtime_, std::chrono::nanoseconds(options_.timeout), stop);
    auto work = [&] { return run(endpoint, request, path, stop.get_token()); };
    auto answer = co_await net::run_on(runtime_.query(), std::move(work));
    if (answer) co_return json_answer(std::move(answer.value()));
    if (answer.error().code == base::Code::cancelled && deadline.passed()) {
        co_return error_answer(
            {base::Code::timeout,
             fmt::format("the query took longer than {} ms (setting query.timeout); narrow it",
                         options_.timeout / base::millisecond)});
    }
    co_return error_answer(answer.error());
}

}  // namespace api
