#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log_throttle.h"
#include "base/metrics.h"
#include "input/accept.h"
#include "input/json_events.h"

namespace input {

// Stores events of clients that are not told what became of them one by one, as those of syslog: it
// asks a busy store again until it takes them; an event that cannot be taken is counted and logged,
// so that it does not hold up the others. One per input; lives as long as the program. Thread-safe.
class Delivery {
  public:
    Delivery(Intakes intakes, event::Origin origin);

    // From a coroutine: returns when all events are durable, refused one by one, or below their
    // index's level. Fails with Cancelled when `give_up` says so while the store is busy, and with
    // what the store says when it cannot store any more; perhaps a part of the events is stored
    // then. `from`: the client, for the log.
    net::Task<base::Status> deliver(std::shared_ptr<JsonEvents> events, std::string from,
                                    std::function<bool()> give_up);

    // Counts and logs events that did not get as far as this.
    void refuse(std::size_t events, const std::string& from, const std::string& why);

    // Counts and logs a connection that cannot go on with what its client sent.
    void close(const std::string& from, const std::string& why);

    const event::Origin& origin() const { return origin_; }
    const Intakes& intakes() const { return intakes_; }

  private:
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    using Outcome = base::Result<event::RecordsOutcome>;

    net::Task<Outcome> store(std::shared_ptr<JsonEvents> events, Range range, base::Nanos received,
                             std::function<bool()> give_up);
    void report(std::size_t events, const std::string& from, const std::string& why);

    const Intakes intakes_;
    const event::Origin origin_;
    base::Counter& received_;
    base::Counter& rejected_;
    base::Counter& retries_;
    base::Counter& closed_;
    base::LogThrottle refused_log_;
    base::LogThrottle busy_log_;
    base::LogThrottle closed_log_;
};

}  // namespace input
