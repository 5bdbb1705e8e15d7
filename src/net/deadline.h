#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include "net/task.h"

namespace net {

// Requests a stop when a time is over; its destructor cancels it. One thread at a time.
class Deadline {
  public:
    Deadline(Runtime& runtime, std::chrono::nanoseconds after, std::stop_source stop);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    // Whether the time was over before the destructor came.
    bool passed() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace net
