#pragma once

#include <atomic>
#include <string>

#include "api/router.h"
#include "base/clock.h"
#include "storage/store.h"

namespace api {

// GET /health (also HEAD) and GET /metrics. Thread-safe. REQUIRES: the store outlives it, and it
// the router.
class Health {
  public:
    Health(const storage::Store& store, std::string version);

    // False from the moment when the server begins to stop: /health says 503 then, so that
    // balancers turn away.
    void set_ready(bool ready) { ready_.store(ready); }

    void add_to(Router& router) const;

  private:
    net::HttpResponse health() const;

    const storage::Store& store_;
    std::string version_;
    base::Nanos started_;
    std::atomic<bool> ready_{false};
};

}  // namespace api
