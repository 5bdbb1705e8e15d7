#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "base/clock.h"

namespace base {

// Keeps what strangers can cause from filling the log: lets one message through at a time, then
// none for a while. Thread-safe.
class LogThrottle {
  public:
    explicit LogThrottle(Nanos pause = 10 * second) : pause_(pause) {}

    // Nothing when the message is to be left out; else how many were left out before it.
    std::optional<std::uint64_t> pass(Nanos now = steady_now()) {
        const std::lock_guard lock(mutex_);
        if (passed_ && now - last_ < pause_) {
            ++left_out_;
            return std::nullopt;
        }
        passed_ = true;
        last_ = now;
        const std::uint64_t before = left_out_;
        left_out_ = 0;
        return before;
    }

  private:
    const Nanos pause_;
    std::mutex mutex_;
    bool passed_ = false;  // guarded by mutex_, as is what follows
    Nanos last_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace base
