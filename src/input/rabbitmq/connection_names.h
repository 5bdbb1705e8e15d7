#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "base/string_map.h"

namespace input::rabbitmq {

// What clients call their connections (the client property connection_name), by the broker's own
// name of the connection. The oldest of too many are forgotten. Thread-safe.
class ConnectionNames {
  public:
    void add(std::string_view connection, std::string_view client_name) {
        const std::lock_guard lock(mutex_);
        const auto known = names_.find(connection);
        if (known != names_.end()) {
            known->second = client_name;
            return;
        }
        if (order_.size() == most) {
            names_.erase(order_.front());
            order_.pop_front();
        }
        order_.emplace_back(connection);
        names_.emplace(order_.back(), client_name);
    }

    // Empty when it is not known.
    std::string name_of(std::string_view connection) const {
        const std::lock_guard lock(mutex_);
        const auto known = names_.find(connection);
        return known == names_.end() ? std::string() : known->second;
    }

  private:
    static constexpr std::size_t most = 10'000;

    mutable std::mutex mutex_;
    base::StringMap<std::string> names_;
    std::deque<std::string> order_;
};

}  // namespace input::rabbitmq
