#include "api/native/native_api.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <new>

// Behind Asio: its headers cannot be read after the namespace `query` is known.
#include "api/counted.h"
#include "api/native/answers.h"
#include "api/native/endpoint.h"
#include "api/native/error_answer.h"
#include "base/metrics.h"
#include "net/deadline.h"

namespace api {

NativeApi::NativeApi(storage::Store& store, const event::Catalog& catalog, net::Runtime& runtime,
                     NativeOptions options)
    : store_(store),
      catalog_(catalog),
      runtime_(runtime),
      options_(std::move(options)),
      queries_(std::make_shared<std::atomic<std::size_t>>(0)),
      refused_(base::metrics().counter("ordertrail_queries_refused_total",
                                       "Queries refused because too many are waiting.")),
      timeouts_(base::metrics().counter("ordertrail_queries_timeout_total",
                                        "Queries that took longer than they may.")),
      entrances_(std::make_shared<const std::vector<Entrance>>()),
      tails_(store, catalog, runtime, options_.tail),
      exports_(store, catalog, runtime, options_.timeout) {
    base::metrics().gauge("ordertrail_queries_inflight", "Queries waiting and running.", {},
                          [number = queries_] { return static_cast<double>(number->load()); });
}

void NativeApi::add(Router& router, const EndpointSpec& endpoint) {
    auto& duration = base::metrics().duration("ordertrail_query_duration_seconds",
                                              "Time from a native API request to its answer.",
                                              {{"endpoint", std::string(endpoint.name)}});
    router.add(
        "GET POST", fmt::format("{}{}", native_base, endpoint.path),
        [this, &endpoint, &duration](net::HttpRequest request,
                                     PathParameters parameters) -> net::Task<net::HttpResponse> {
            const auto started = base::steady_now();
            auto response = co_await answer(endpoint, std::move(request), std::move(parameters));
            duration.observe(static_cast<double>(base::steady_now() - started) / base::second);
            co_return response;
        });
}

void NativeApi::add_to(Router& router) {
    for (const auto& each : endpoints()) {
        if (each.answer != nullptr) add(router, each);
    }
    router.add("GET", fmt::format("{}tail", native_base),
               [this](net::HttpRequest request, PathParameters) {
                   return tails_.answer(std::move(request));
               });
    router.add("GET", fmt::format("{}export", native_base),
               [this](net::HttpRequest request, PathParameters) {
                   return exports_.answer(std::move(request));
               });
    router.add("GET", fmt::format("{}openapi.json", native_base),
               [document = openapi(options_.version)](net::HttpRequest, PathParameters)
                   -> net::Task<net::HttpResponse> { co_return json_answer(document); });
}

void NativeApi::tell_entrances(std::vector<Entrance> entrances) {
    auto told = std::make_shared<const std::vector<Entrance>>(std::move(entrances));
    const std::lock_guard lock(mutex_);
    entrances_ = std::move(told);
}

base::Result<std::string> NativeApi::run(const EndpointSpec& endpoint,
                                         const net::HttpRequest& request,
                                         const PathParameters& path, std::stop_token stop) const {
    if (stop.stop_requested()) return base::Error(base::Code::cancelled, "the client went away");
    try {
        TRY(const auto parameters, Parameters::read(request));
        TRY(check(endpoint, parameters));
        const query::Searcher searcher(store_.snapshot(), catalog_, query::Scope::everything(),
                                       std::move(stop));
        std::shared_ptr<const std::vector<Entrance>> entrances;
        {
            const std::lock_guard lock(mutex_);
            entrances = entrances_;
        }
        return endpoint.answer(
            {searcher, catalog_, path, base::now(), base::steady_now(), options_.row_limit, store_,
             options_.version, started_, options_.environment, *entrances},
            parameters);
    } catch (const std::bad_alloc&) {
        return base::Error(base::Code::too_large,
                           "the query needs more memory than there is; narrow it");
    } catch (const std::exception& error) {
        return base::Error(base::Code::internal, fmt::format("the query failed: {}", error.what()));
    }
}

net::Task<net::HttpResponse> NativeApi::answer(const EndpointSpec& endpoint,
                                               net::HttpRequest request, PathParameters path) {
    const Counted counted(*queries_);
    if (counted.before() >= options_.most_queries) {
        refused_.add();
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
        timeouts_.add();
        co_return error_answer(
            {base::Code::timeout,
             fmt::format("the query took longer than {} ms (setting query.timeout); narrow it",
                         options_.timeout / base::millisecond)});
    }
    co_return error_answer(answer.error());
}

}  // namespace api
