#pragma once

#include <span>
#include <string>

#include "input/accept.h"
#include "input/otlp/logs_request.h"
#include "net/http.h"

namespace input {

struct OtlpOptions {
    std::string environment = "prod";  // of events that name none
    otlp::RequestLimits limits;
};

// OpenTelemetry's protocol over HTTP: POST /v1/logs, protobuf or JSON. The pipeline routes the
// events, by service.name and deployment.environment(.name). POST /v1/traces and /v1/metrics are
// refused in a way that clients understand. Owned by app, outlives the server. Thread-safe.
class OtlpInput {
  public:
    OtlpInput(Intakes intakes, OtlpOptions options);

    static std::span<const Route> routes();
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

    // The form of errors on these paths; see net::HttpServer::Refuse.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    Intakes intakes_;
    const OtlpOptions options_;
    const event::Origin origin_;
};

}  // namespace input
