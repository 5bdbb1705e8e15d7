#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>

#include "input/accept.h"
#include "net/http.h"

namespace input {

struct IngestOptions {
    std::string environment = "prod";  // of events that name none, unless ?environment= does
    std::string time_zone = "UTC";
    // Each line takes some 200 bytes more in its bookkeeping.
    std::size_t most_lines = 1'000'000;
};

// Lines over HTTP: POST /ingest/<index>, and /ingest or /ingest/auto where the pipeline routes. One
// event a line: JSON, logfmt or plain text by the content type or ?format=; or one JSON array of
// events. Answers how many were stored, filtered and duplicates, and the lines that were rejected,
// each with its reason. Owned by app, outlives the server. Thread-safe.
class IngestInput {
  public:
    IngestInput(Intakes intakes, IngestOptions options);

    static std::span<const Route> routes();
    net::Task<net::HttpResponse> handle(net::HttpRequest request);

  private:
    const event::Origin* origin_of(const net::HttpRequest& request);

    Intakes intakes_;
    const IngestOptions options_;
    const event::Origin origin_;
    // Of ?environment=; an Origin lives as long as the program, so their number is bounded.
    std::mutex mutex_;
    std::map<std::string, event::Origin, std::less<>> origins_;  // guarded by mutex_
};

}  // namespace input
