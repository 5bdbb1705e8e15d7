#include "input/elasticsearch/answer.h"

#include <fmt/format.h>

#include "event/json_text.h"

namespace input::elasticsearch {

namespace {

std::string_view type_of_status(int status) {
    switch (status) {
        case 401:
        case 403:
            return "security_exception";
        case 404:
            return "resource_not_found_exception";
        case 408:
        case 504:
            return "timeout_exception";
        case 409:
            return "version_conflict_engine_exception";
        case 413:
            return "content_too_long_exception";
        case 415:
            return "media_type_header_exception";
        case 429:
        case 503:
            return "es_rejected_execution_exception";
        case 431:
            return "too_long_http_header_exception";
        default:
            return status < 500 ? "illegal_argument_exception" : "exception";
    }
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out;
    event::append_json_string(text, out);
    return out;
}

net::HttpResponse answer_of(const Failure& failure, std::string_view more) {
    const std::string cause =
        fmt::format(R"("type":"{}","reason":{}{})", failure.type, quoted(failure.reason), more);
    net::HttpResponse response =
        json_answer(fmt::format(R"({{"error":{{"root_cause":[{{{}}}],{}}},"status":{}}})", cause,
                                cause, failure.status),
                    failure.status);
    if (failure.status == 429) response.headers.emplace_back("Retry-After", "1");
    return response;
}

net::HttpResponse json_answer(std::string body, int status) {
    net::HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Failure failure_of(const base::Error& error) {
    const int status = net::status_of(error.code);
    return {status, type_of_status(status), error.message};
}

void finish(net::HttpResponse& response, std::string_view accept, std::string_view opaque_id) {
    response.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
    if (!opaque_id.empty()) response.headers.emplace_back("X-Opaque-Id", opaque_id);
    if (response.content_type != "application/json") return;
    if (accept.find("application/vnd.elasticsearch+json") == std::string_view::npos) return;
    static constexpr std::string_view asks = "compatible-with=";
    const std::size_t at = accept.find(asks);
    if (at == std::string_view::npos || at + asks.size() == accept.size()) return;
    const char version = accept[at + asks.size()];
    if (version < '7' || version > '9') return;
    response.content_type =
        fmt::format("application/vnd.elasticsearch+json;compatible-with={}", version);
}

namespace {

// What Elasticsearch says of a path that it does not know: of one name that it is no index, of
// anything else that nobody handles it.
net::HttpResponse unknown_path(const std::string& path) {
    if (path.size() > 1 && path[1] != '_' && path.find('/', 1) == std::string::npos) {
        return answer_of(
            {404, "index_not_found_exception", fmt::format("no such index [{}]", path.substr(1))});
    }
    return json_answer(fmt::format(R"({{"error":{}}})",
                                   quoted(fmt::format("no handler found for uri [{}]", path))),
                       400);
}

}  // namespace

net::HttpResponse refuse(int status, const base::Error& why, const std::string& path) {
    net::HttpResponse response = status == 404
                                     ? unknown_path(path)
                                     : answer_of({status, type_of_status(status), why.message});
    finish(response, {}, {});
    return response;
}

}  // namespace input::elasticsearch
