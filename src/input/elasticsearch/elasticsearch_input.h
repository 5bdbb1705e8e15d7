#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "input/accept.h"
#include "input/elasticsearch/bulk_request.h"
#include "input/elasticsearch/cluster_answers.h"
#include "input/elasticsearch/resource_answers.h"
#include "net/http.h"

namespace input {

struct ElasticsearchOptions {
    elasticsearch::Identity identity;
    event::Origin origin{"elasticsearch"};
    elasticsearch::BulkLimits limits;
    // Whether the store has an index; for HEAD and PUT of one. May be empty; must not block.
    std::function<bool(std::string_view)> index_exists;
};

// The side of Elasticsearch's HTTP API by which clients write: bulk requests, single documents, and
// the conversation that Filebeat, Logstash, elasticsearch-js and their like have before. Owned by
// app, outlives the server. Thread-safe.
class ElasticsearchInput {
  public:
    ElasticsearchInput(Intakes intakes, ElasticsearchOptions options);

    // What handle() answers. "/" is among them, for clients that do not ask for HTML.
    static std::span<const Route> routes();

    // Answers a request of routes(); any other one as Elasticsearch does: 400 "no handler found",
    // 405.
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

    // What every answer of Elasticsearch's API needs, those of other rooms included: filter_path
    // applied, and the headers that clients look for.
    static void finish(const net::HttpRequest& request, net::HttpResponse& response);

    // The store has the index, or a client made it.
    bool index_is_there(std::string_view name) const { return resources_.index_is_there(name); }

    // The form of errors on these paths; see net::HttpServer::Refuse.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    struct Target;
    struct Passed;

    net::Task<net::HttpResponse> answer(net::HttpRequest request);
    net::Task<net::HttpResponse> bulk(net::HttpRequest request, std::string index);
    net::Task<net::HttpResponse> document(net::HttpRequest request, std::string index,
                                          elasticsearch::Action action, std::string id);
    net::Task<Passed> pass(std::function<elasticsearch::BulkResult()> make);
    net::HttpResponse about_cluster(const Target& target, const net::HttpRequest& request) const;

    Intakes intakes_;
    const ElasticsearchOptions options_;
    const elasticsearch::ClusterAnswers cluster_;
    mutable elasticsearch::ResourceAnswers resources_;
};

}  // namespace input
