#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/batch.h"
#include "storage/store.h"

namespace query {

// Some rows of the store, those of one index side by side, in the order of their sequence numbers.
struct FeedStep {
    struct Rows {
        std::string index;
        event::Batch batch;
    };
    std::uint64_t from = 0;  // sequence numbers in [from, to)
    std::uint64_t to = 0;
    std::vector<Rows> indices;
    std::size_t bytes = 0;
};

// The next rows of a subscription, none (from == to) when there are no more yet.
base::Result<std::shared_ptr<const FeedStep>> read_step(storage::Subscription& subscription,
                                                        std::size_t rows);

// The newest rows of a store, read once for all who watch, on one thread of low priority: a feed
// that cannot keep up with what is stored leaves rows out and never slows anybody down. It holds
// the last rows only; who has fallen behind reads the store by itself. Thread-safe. REQUIRES: the
// store lives until stop().
class LiveFeed {
  public:
    explicit LiveFeed(storage::Store& store) : store_(store) {}
    ~LiveFeed() { stop(); }
    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;

    // The feed reads while there are watchers. Begins with what is stored from now on.
    void watch();
    void leave();

    // The step that has `position`; nothing when it is older than what is held, or not there yet.
    std::shared_ptr<const FeedStep> step(std::uint64_t position) const;
    // Behind the newest row of the feed.
    std::uint64_t end() const;
    // Of the oldest row that is held; end() when none is.
    std::uint64_t begin() const;

    // Calls `wake` once, on the feed's thread or this one: when there are rows at or behind
    // `position`, when the time is over, or when the feed stops.
    void when(std::uint64_t position, base::Nanos at_most, std::function<void()> wake);
    // The same as soon as possible, on the feed's second thread, which has its low priority too:
    // where watchers' work is done. Done at once, here, when the feed has stopped.
    void work(std::function<void()> work);

    // Ends the threads and wakes all. Idempotent.
    void stop();
    bool stopped() const;

  private:
    struct Waiter {
        std::uint64_t position = 0;
        base::Nanos until = 0;
        std::function<void()> wake;
    };
    static constexpr std::size_t most_bytes = 32 << 20;
    static constexpr std::size_t most_rows = 100'000;
    // Behind the store by more than this, it goes on with the newest rows.
    static constexpr std::uint64_t most_lag = 500'000;

    void start();
    void read_loop(const std::stop_token& stop);
    void work_loop(const std::stop_token& stop);
    void read_some();
    void add(std::shared_ptr<const FeedStep> step);
    void wake_due();

    storage::Store& store_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::size_t watchers_ = 0;
    bool stopped_ = false;
    std::uint64_t end_ = 0;
    std::deque<std::shared_ptr<const FeedStep>> steps_;  // without gaps
    std::size_t bytes_ = 0;
    std::size_t rows_ = 0;
    std::vector<Waiter> waiters_;
    std::deque<std::function<void()>> work_;

    // The reading thread's own.
    std::unique_ptr<storage::Subscription> subscription_;
    std::size_t step_rows_ = 256;

    std::jthread reader_;
    std::jthread worker_;
};

}  // namespace query
