#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/string_map.h"
#include "storage/store.h"

namespace api::elasticsearch {

// A snapshot that a client goes on reading: a scroll, or a point in time.
struct OpenContext {
    std::shared_ptr<const storage::Snapshot> snapshot;
    std::string indices;
    std::string body;  // of a scroll: the search, as JSON
    // Of a scroll: where the page before ended.
    std::string last;  // sort values, as a JSON array; empty: none
    std::optional<storage::Position> position;
    base::Nanos keep_alive = 0;
};

// The contexts that are open: at most so many, each until its time is over. Those hold files that
// would be deleted otherwise, which is why they end by themselves. Thread-safe.
class OpenContexts {
  public:
    static constexpr std::size_t most = 500;
    static constexpr base::Nanos longest = base::day;

    OpenContexts();

    // Its id; nothing when there are too many.
    std::optional<std::string> open(OpenContext context);
    // Nothing when it is not open (any more). A `keep_alive` > 0 counts from now on.
    std::optional<OpenContext> find(const std::string& id, base::Nanos keep_alive);
    // After a page of a scroll.
    void update(const std::string& id, std::string last, std::optional<storage::Position> position);
    bool close(const std::string& id);
    std::size_t close_all();
    // How many are open; ends those whose time is over.
    std::size_t size();

  private:
    struct Entry {
        OpenContext context;
        base::Nanos until = 0;
    };
    void drop_old();

    std::mutex mutex_;
    base::StringMap<Entry> entries_;
    base::Counter& refused_;
};

}  // namespace api::elasticsearch
