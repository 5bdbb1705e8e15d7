#pragma once

#include <span>
#include <string>

#include "base/log_throttle.h"
#include "input/accept.h"
#include "input/json_events.h"
#include "net/http.h"

namespace input {

struct JournaldOptions {
    event::Origin origin{"journald"};
    EventLimits limits;
};

// systemd-journal-upload: POST /upload, in the journal's export format. The pipeline routes the
// events. Entries that cannot be taken are logged, and do not hold up the others. Owned by app,
// outlives the server. Thread-safe.
class JournaldInput {
  public:
    JournaldInput(Intakes intakes, JournaldOptions options);

    static std::span<const Route> routes();
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

    // The form of errors on these paths; see net::HttpServer::Refuse.
    static net::HttpResponse refuse(int status, const base::Error& why, const std::string& path,
                                    const std::string& content_type);

  private:
    Intakes intakes_;
    const JournaldOptions options_;
    base::LogThrottle refused_log_;
};

}  // namespace input
