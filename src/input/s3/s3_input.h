#pragma once

#include <span>
#include <string>

#include "input/accept.h"
#include "input/json_events.h"
#include "net/http.h"

namespace input {

struct S3Options {
    event::Origin origin{"s3"};
    EventLimits limits;
};

// What S3 stores post about their requests: POST /s3/events takes event notifications, MinIO's
// audit log and Versity's access log. `?service=` says whose they are where it is not S3. What is
// answered with 200 is durable; what a store sends again after a lost answer is there once, as far
// as it can be told. Owned by app, outlives the server. Thread-safe.
class S3Input {
  public:
    S3Input(Intakes intakes, S3Options options);

    static std::span<const Route> routes();
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

    // The form of errors on these paths; see net::HttpServer::Refuse.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    Intakes intakes_;
    const S3Options options_;
};

}  // namespace input
