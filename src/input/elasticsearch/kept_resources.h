#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace input::elasticsearch {

// What clients put before they write (templates, lifecycle policies, ingest pipelines, data
// streams, indices) and look for at their next start. Ordertrail needs none of it; it is kept in
// memory so that the conversation goes as clients expect. Bounded. Thread-safe.
class KeptResources {
  public:
    explicit KeptResources(std::size_t most_bytes = 16 << 20, std::size_t most_entries = 4096)
        : most_bytes_(most_bytes), most_entries_(most_entries) {}

    // TooLarge when the bounds leave no room.
    base::Status put(std::string_view kind, std::string_view name, std::string body);
    bool has(std::string_view kind, std::string_view name) const;
    // False when there was none.
    bool remove(std::string_view kind, std::string_view name);

    // Name and body of those whose name fits a comma-separated list with wildcards; "" and "_all":
    // all.
    std::vector<std::pair<std::string, std::string>> find(std::string_view kind,
                                                          std::string_view names) const;

  private:
    using Key = std::pair<std::string, std::string>;

    const std::size_t most_bytes_;
    const std::size_t most_entries_;
    mutable std::mutex mutex_;
    std::map<Key, std::string> entries_;  // guarded by mutex_, as is bytes_
    std::size_t bytes_ = 0;
};

}  // namespace input::elasticsearch
