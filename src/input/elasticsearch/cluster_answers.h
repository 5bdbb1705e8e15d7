#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace input::elasticsearch {

// What Ordertrail says of itself to clients that believe they speak with Elasticsearch.
struct Identity {
    std::string version = "8.15.0";  // clients decide by it what they may send
    std::string cluster_uuid;        // 22 characters of base64url, kept over restarts
};

// Answers about the cluster, its one node and its licence. Immutable, thread-safe.
class ClusterAnswers {
  public:
    explicit ClusterAnswers(Identity identity) : identity_(std::move(identity)) {}

    net::HttpResponse banner() const;                                      // GET /
    static net::HttpResponse health();                                     // GET /_cluster/health
    static net::HttpResponse cat_health(const net::HttpRequest& request);  // GET /_cat/health
    net::HttpResponse license() const;                                     // GET /_license
    net::HttpResponse xpack() const;                                       // GET /_xpack
    // GET /_nodes/http: the one address is that by which the client came.
    net::HttpResponse nodes(const net::HttpRequest& request) const;

  private:
    int major() const;

    Identity identity_;
};

}  // namespace input::elasticsearch
