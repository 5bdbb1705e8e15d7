#pragma once

#include <span>
#include <string>

#include "input/accept.h"
#include "input/json_events.h"
#include "net/http.h"

namespace input {

struct LokiOptions {
    event::Origin origin{"loki"};
    std::size_t body_bytes = 100 << 20;  // uncompressed
    EventLimits limits;
};

// Clients of Loki: POST /loki/api/v1/push, JSON or protobuf compressed by snappy. The pipeline
// routes the events. Owned by app, outlives the server. Thread-safe.
class LokiInput {
  public:
    LokiInput(Intakes intakes, LokiOptions options);

    static std::span<const Route> routes();
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

    // The form of errors on these paths; see net::HttpServer::Refuse.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    Intakes intakes_;
    const LokiOptions options_;
};

}  // namespace input
