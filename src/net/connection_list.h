#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace net {

// The living connections of a server. A Connection has finish() and break_off(), both of which may
// be called from any thread, and removes itself in its destructor. Thread-safe.
template <typename Connection>
class ConnectionList {
  public:
    // False, and not added, when the server stops.
    bool add(const std::shared_ptr<Connection>& connection) {
        const std::lock_guard lock(mutex_);
        if (stopping_) return false;
        connections_.emplace(connection.get(), connection);
        return true;
    }
    void remove(Connection* connection) {
        const std::lock_guard lock(mutex_);
        connections_.erase(connection);
        left_.notify_all();
    }
    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return connections_.size();
    }

    // From now on none is added. False when that was so before.
    bool begin_stop() {
        const std::lock_guard lock(mutex_);
        return !std::exchange(stopping_, true);
    }
    // Lets each finish for at most `limit`, then breaks them off and waits `last` for them. False
    // when some are still there. Blocks.
    bool end_all(std::chrono::milliseconds limit, std::chrono::milliseconds last) {
        for (const auto& connection : living()) connection->finish();
        if (wait_until_empty(limit)) return true;
        for (const auto& connection : living()) connection->break_off();
        return wait_until_empty(last);
    }

  private:
    // Not to be destroyed under the lock, which a connection's destructor takes.
    std::vector<std::shared_ptr<Connection>> living() const {
        std::vector<std::shared_ptr<Connection>> found;
        const std::lock_guard lock(mutex_);
        found.reserve(connections_.size());
        for (const auto& [key, weak] : connections_) {
            if (auto connection = weak.lock()) found.push_back(std::move(connection));
        }
        return found;
    }
    bool wait_until_empty(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        return left_.wait_for(lock, limit, [this] { return connections_.empty(); });
    }

    mutable std::mutex mutex_;
    std::condition_variable left_;  // a connection ended
    bool stopping_ = false;         // guarded by mutex_, as is what follows
    std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
};

}  // namespace net
