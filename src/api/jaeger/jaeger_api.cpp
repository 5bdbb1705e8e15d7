#include "api/jaeger/jaeger_api.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <new>

#include "api/counted.h"
#include "api/jaeger/question.h"
#include "api/json_writer.h"
#include "net/deadline.h"

namespace api {

namespace {

net::HttpResponse json_of(int status, std::string body) {
    net::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

bool is_v3(std::string_view path) { return path.find("/api/v3/") != std::string_view::npos; }

net::HttpResponse failure(std::string_view path, const base::Error& error) {
    return JaegerApi::refuse(net::status_of(error.code), error, std::string(path), {});
}

}  // namespace

JaegerApi::JaegerApi(const storage::Store& store, const event::Catalog& catalog,
                     net::Runtime& runtime, JaegerOptions options)
    : store_(store), catalog_(catalog), runtime_(runtime), options_(options) {}

void JaegerApi::add_to(Router& router) {
    add(router, "/api/services", v1_services);
    add(router, "/api/services/{service}/operations", v1_operation_names);
    add(router, "/api/operations", v1_operations);
    add(router, "/api/traces", v1_traces);
    add(router, "/api/traces/{id}", v1_trace);
    add(router, "/api/dependencies", v1_dependencies);
    add(router, "/api/transform", v1_transform, "POST");
    add(router, "/api/v3/services", v3_services);
    add(router, "/api/v3/operations", v3_operations);
    add(router, "/api/v3/traces", v3_traces);
    add(router, "/api/v3/traces/{id}", v3_trace);
    add(router, "/api/v3/trace-summaries", v3_summaries);
}

void JaegerApi::add(Router& router, std::string_view pattern, Answer answer_of,
                    std::string_view method) {
    router.add(method, pattern, [this, answer_of](net::HttpRequest request, PathParameters path) {
        return answer(answer_of, std::move(request), std::move(path));
    });
}

net::HttpResponse JaegerApi::refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string&) {
    JsonWriter json;
    json.begin_object();
    if (is_v3(path)) {
        json.key("error").begin_object();
        json.key("httpCode").integer(status);
        json.key("message").string(why.message);
        json.end_object();
    } else {
        json.key("data").null();
        json.key("total").integer(0).key("limit").integer(0).key("offset").integer(0);
        json.key("errors").begin_array().begin_object();
        json.key("code").integer(status);
        json.key("msg").string(why.message);
        json.end_object().end_array();
    }
    json.end_object();
    return json_of(status, json.take());
}

base::Result<std::string> JaegerApi::run(Answer answer_of, const net::HttpRequest& request,
                                         const PathParameters& path, std::stop_token stop) const {
    if (stop.stop_requested()) return base::Error(base::Code::cancelled, "the client went away");
    try {
        const query::Searcher searcher(store_.snapshot(), catalog_, query::Scope::everything(),
                                       std::move(stop));
        return answer_of({searcher, request, path, base::now()});
    } catch (const std::bad_alloc&) {
        return base::Error(base::Code::too_large,
                           "the query needs more memory than there is; narrow it");
    } catch (const std::exception& error) {
        return base::Error(base::Code::internal, fmt::format("the query failed: {}", error.what()));
    }
}

net::Task<net::HttpResponse> JaegerApi::answer(Answer answer_of, net::HttpRequest request,
                                               PathParameters path) {
    const Counted counted(queries_);
    if (counted.before() >= options_.most_queries) {
        const base::Error busy(base::Code::busy, "too many queries are waiting; try again later");
        co_return failure(request.path, busy);
    }
    std::stop_source stop;
    const std::stop_callback gone(request.gone, [&stop] { stop.request_stop(); });
    const net::Deadline deadline(runtime_, std::chrono::nanoseconds(options_.timeout), stop);
    auto work = [&] { return run(answer_of, request, path, stop.get_token()); };
    auto answer = co_await net::run_on(runtime_.query(), std::move(work));
    if (answer) co_return json_of(200, std::move(answer.value()));
    if (answer.error().code == base::Code::cancelled && deadline.passed()) {
        const base::Error late(base::Code::timeout,
                               fmt::format("the query took longer than {} ms (setting "
                                           "query.timeout); narrow it",
                                           options_.timeout / base::millisecond));
        co_return failure(request.path, late);
    }
    co_return failure(request.path, answer.error());
}

}  // namespace api
