#include "api/elasticsearch/reader.h"

#include <fmt/format.h>

#include <array>
#include <exception>
#include <new>

// Behind Asio: its headers cannot be read after the namespace `query` is known.
#include "api/counted.h"
#include "api/elasticsearch/read_context.h"
#include "net/deadline.h"

namespace api {

using elasticsearch::Answer;
using elasticsearch::Failure;
using elasticsearch::Parsed;
using elasticsearch::ReadContext;

struct ElasticsearchReader::Endpoint {
    std::string_view methods;
    std::string_view path;
    Parsed<Answer> (*answer)(const ReadContext&);
};

namespace {

net::HttpResponse response_of(Answer answer) {
    net::HttpResponse response;
    response.status = answer.status;
    response.body = std::move(answer.body);
    response.content_type = std::move(answer.content_type);
    response.headers = std::move(answer.headers);
    return response;
}

net::HttpResponse response_of(const Failure& failure) {
    net::HttpResponse response;
    response.status = failure.status;
    response.body = elasticsearch::failure_text(failure);
    if (failure.status == 429) response.headers.emplace_back("Retry-After", "1");
    return response;
}

}  // namespace

ElasticsearchReader::ElasticsearchReader(storage::Store& store, const event::Catalog& catalog,
                                         net::Runtime& runtime, ElasticsearchReaderOptions options)
    : store_(store),
      catalog_(catalog),
      runtime_(runtime),
      options_(std::move(options)),
      open_(std::make_shared<elasticsearch::OpenContexts>()),
      requests_(base::metrics().counter("ordertrail_elasticsearch_reads_total",
                                        "Read requests of Elasticsearch's API.")),
      failures_(base::metrics().counter("ordertrail_elasticsearch_read_failures_total",
                                        "Of those, answered with a failure.")) {
    base::metrics().gauge("ordertrail_elasticsearch_contexts",
                          "Scrolls and points in time that are open.", {},
                          [open = open_] { return static_cast<double>(open->size()); });
}

void ElasticsearchReader::add_to(Router& router) {
    using namespace elasticsearch;  // NOLINT(google-build-using-namespace): its handlers
    static constexpr std::array endpoints = {
        Endpoint{"GET POST", "/_search", answer_search},
        Endpoint{"GET POST", "/{index}/_search", answer_search},
        Endpoint{"POST", "/_query", answer_esql},
        Endpoint{"GET POST", "/_msearch", answer_msearch},
        Endpoint{"GET POST", "/{index}/_msearch", answer_msearch},
        Endpoint{"GET POST", "/_search/scroll", answer_scroll},
        Endpoint{"GET POST", "/_search/scroll/{id}", answer_scroll},
        Endpoint{"DELETE", "/_search/scroll", answer_clear_scroll},
        Endpoint{"DELETE", "/_search/scroll/{id}", answer_clear_scroll},
        Endpoint{"POST", "/{index}/_pit", answer_open_point},
        Endpoint{"DELETE", "/_pit", answer_close_point},
        Endpoint{"GET POST", "/_count", answer_count},
        Endpoint{"GET POST", "/{index}/_count", answer_count},
        Endpoint{"GET", "/{index}/_doc/{id}", answer_document},
        Endpoint{"GET", "/{index}/_source/{id}", answer_source},
        Endpoint{"GET POST", "/_mget", answer_mget},
        Endpoint{"GET POST", "/{index}/_mget", answer_mget},
        Endpoint{"GET", "/_mapping", answer_mapping},
        Endpoint{"GET", "/{index}/_mapping", answer_mapping},
        Endpoint{"GET", "/_mappings", answer_mapping},
        Endpoint{"GET", "/{index}/_mappings", answer_mapping},
        Endpoint{"PUT POST", "/{index}/_mapping", answer_put_mapping},
        Endpoint{"PUT", "/{index}/_settings", answer_put_settings},
        Endpoint{"GET", "/_stats", answer_stats},
        Endpoint{"GET", "/{index}/_stats", answer_stats},
        Endpoint{"GET POST", "/_field_caps", answer_field_caps},
        Endpoint{"GET POST", "/{index}/_field_caps", answer_field_caps},
        Endpoint{"GET", "/_cat/indices", answer_cat_indices},
        Endpoint{"GET", "/_cat/indices/{index}", answer_cat_indices},
        Endpoint{"GET", "/_cat/count", answer_cat_count},
        Endpoint{"GET", "/_cat/count/{index}", answer_cat_count},
        Endpoint{"GET", "/_resolve/index/{index}", answer_resolve},
        Endpoint{"GET", "/_alias", answer_aliases},
        Endpoint{"GET", "/_aliases", answer_aliases},
        Endpoint{"GET", "/{index}/_alias", answer_aliases},
        Endpoint{"GET", "/{index}", answer_index}};
    for (const Endpoint& endpoint : endpoints) {
        router.add(endpoint.methods, endpoint.path,
                   [this, &endpoint](net::HttpRequest request, PathParameters path) {
                       return answer(endpoint, std::move(request), std::move(path));
                   });
    }
}

net::HttpResponse ElasticsearchReader::run(const Endpoint& endpoint,
                                           const net::HttpRequest& request,
                                           const PathParameters& path, std::stop_token stop) {
    try {
        auto snapshot = store_.snapshot();
        const query::Searcher searcher(snapshot, catalog_, query::Scope::everything(), stop);
        auto answer = endpoint.answer({snapshot, searcher, catalog_, request, path, base::now(),
                                       base::steady_now(), stop, *open_, options_.index_known,
                                       options_.esql_memory});
        if (answer) return response_of(std::move(answer).value());
        failures_.add();
        return response_of(answer.error());
    } catch (const std::bad_alloc&) {
        return response_of(Failure{429, "circuit_breaking_exception",
                                   "the request needs more memory than there is; narrow it"});
    } catch (const std::exception& error) {
        return response_of(
            Failure{500, "exception", fmt::format("the request failed: {}", error.what())});
    }
}

net::Task<net::HttpResponse> ElasticsearchReader::answer(const Endpoint& endpoint,
                                                         net::HttpRequest request,
                                                         PathParameters path) {
    requests_.add();
    const Counted counted(queries_);
    if (counted.before() >= options_.most_queries) {
        auto busy =
            response_of(Failure{429, "es_rejected_execution_exception",
                                fmt::format("{} requests are waiting already; try again later",
                                            options_.most_queries)});
        options_.finish(request, busy);
        co_return busy;
    }
    std::stop_source stop;
    const std::stop_callback gone(request.gone, [&stop] { stop.request_stop(); });
    const net::Deadline deadline(runtime_, std::chrono::nanoseconds(options_.timeout), stop);
    auto work = [&] {
        auto response = run(endpoint, request, path, stop.get_token());
        options_.finish(request, response);
        return response;
    };
    auto response = co_await net::run_on(runtime_.query(), std::move(work));
    co_return response;
}

}  // namespace api
