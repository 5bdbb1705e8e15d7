#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace net {

// Bytes that all requests of a server may hold together. Thread-safe.
class ByteBudget {
  public:
    explicit ByteBudget(std::size_t limit) : limit_(limit) {}

    // False, and nothing taken, when it does not fit.
    bool take(std::size_t bytes) {
        if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
        give(bytes);
        return false;
    }
    void add(std::size_t bytes) { used_.fetch_add(bytes, std::memory_order_relaxed); }
    void give(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
    // Whether so many bytes would fit at this moment.
    bool has_room(std::size_t bytes) const { return bytes <= limit_ - std::min(limit_, used()); }
    std::size_t used() const { return used_.load(std::memory_order_relaxed); }
    std::size_t limit() const { return limit_; }

  private:
    const std::size_t limit_;
    std::atomic<std::size_t> used_{0};
};

// What one request holds of a budget; given back by the destructor. One thread at a time.
class Charge {
  public:
    explicit Charge(ByteBudget& budget) : budget_(budget) {}
    ~Charge() { release(); }
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

    // Holds at least `bytes` in all; false when the budget has no room for that.
    bool grow_to(std::size_t bytes) {
        if (bytes <= bytes_) return true;
        if (!budget_.take(bytes - bytes_)) return false;
        bytes_ = bytes;
        return true;
    }
    bool add(std::size_t bytes) { return grow_to(bytes_ + bytes); }
    // Holds just so many, room or not: for what is there already, and keeps others out.
    void replace(std::size_t bytes) {
        budget_.give(bytes_);
        budget_.add(bytes);
        bytes_ = bytes;
    }
    void release() {
        budget_.give(bytes_);
        bytes_ = 0;
    }

  private:
    ByteBudget& budget_;
    std::size_t bytes_ = 0;
};

}  // namespace net
