#pragma once

#include <span>
#include <string>

#include "input/accept.h"
#include "input/otlp/export_request.h"
#include "net/http.h"

namespace input {

struct OtlpOptions {
    std::string environment = "prod";  // of events that name none
    otlp::RequestLimits limits;
};

// OpenTelemetry's protocol over HTTP: POST /v1/logs and /v1/traces, protobuf or JSON. The pipeline
// routes log records, by service.name and deployment.environment(.name); spans go to an index of
// their own (event/span.h). POST /v1/metrics is refused in a way that clients understand. Owned by
// app, outlives the server. Thread-safe.
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
