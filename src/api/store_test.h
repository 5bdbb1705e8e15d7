#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "storage/store.h"

// For tests of what asks a store.

namespace api {

class EmptySubscription final : public storage::Subscription {
  public:
    base::Result<event::Batch> next(std::size_t) override { return event::Batch{}; }
    void wait(base::Nanos at_most, std::stop_token stop) override {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, std::chrono::nanoseconds(at_most), [] { return false; });
    }
    std::uint64_t position() const override { return 1; }
};

// A store that only has a snapshot.
class FixedStore final : public storage::Store {
  public:
    explicit FixedStore(std::shared_ptr<const storage::Snapshot> snapshot)
        : snapshot_(std::move(snapshot)) {}
    void append(event::Append, event::AppendDone) override {}
    std::shared_ptr<const storage::Snapshot> snapshot() const override { return snapshot_; }
    std::unique_ptr<storage::Subscription> subscribe(std::uint64_t) override {
        return std::make_unique<EmptySubscription>();
    }
    std::string trouble() const override { return ""; }

  private:
    std::shared_ptr<const storage::Snapshot> snapshot_;
};

}  // namespace api
