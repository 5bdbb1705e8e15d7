#pragma once

#include <span>
#include <string>

#include "input/accept.h"
#include "input/json_events.h"
#include "net/http.h"

namespace input {

struct SplunkOptions {
    event::Origin origin{"splunk"};
    EventLimits limits;
};

// Clients of Splunk's HTTP Event Collector: POST /services/collector (also /event and /1.0 behind
// it) and /services/collector/raw, GET /services/collector/health. Any token is taken. What is
// answered is durable; acknowledgements to be asked for later are therefore not offered. Owned by
// app, outlives the server. Thread-safe.
class SplunkInput {
  public:
    SplunkInput(Intakes intakes, SplunkOptions options);

    static std::span<const Route> routes();
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

    // The form of errors on these paths; see net::HttpServer::Refuse.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    Intakes intakes_;
    const SplunkOptions options_;
};

}  // namespace input
