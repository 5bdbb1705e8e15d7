#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/log_throttle.h"
#include "base/result.h"
#include "storage/store.h"
#include "watch/message_reports.h"

namespace watch {

struct CountOnceOptions {
    base::Nanos window = base::minute;  // see repeated()
    std::string position;  // file that keeps how far the store was read; empty: none is kept
};

// Reads what is stored and, whenever a message is reported, decides anew which of the broker's
// reports of its order repeat a service's; their event types are changed in the store, and back.
// Whichever comes first, and however late the other, the outcome is the same. A thread of its own.
// Thread-safe. REQUIRES: the store outlives it.
class CountOnce {
  public:
    CountOnce(storage::Store& store, CountOnceOptions options);
    ~CountOnce() { stop(); }

    void start();
    void stop();

    // Looks at the next rows; false when there are none yet. For tests, instead of start().
    base::Result<bool> round();

  private:
    struct Ids;
    struct Found;  // reports, and where their rows are

    void run(const std::stop_token& stop);
    base::Status decide(const event::Batch& fresh);
    base::Status settle(Ids ids);
    base::Status read_reports(const Ids& ids, Found& found) const;
    base::Status relabel(const std::string& index, const std::vector<std::string>& ids);
    base::Status append(event::IndexBatch batch);
    void save_position();

    storage::Store& store_;
    const CountOnceOptions options_;
    std::unique_ptr<storage::Subscription> subscription_;
    base::Nanos saved_ = 0;
    base::LogThrottle log_;
    std::jthread thread_;
};

}  // namespace watch
