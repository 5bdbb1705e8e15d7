#pragma once

#include "storage/store.h"

namespace storage::engine {

class EngineStore;

class EngineSubscription final : public Subscription {
  public:
    // REQUIRES: the store outlives it.
    EngineSubscription(const EngineStore& store, std::uint64_t from) : store_(store), next_(from) {}

    base::Result<event::Batch> next(std::size_t limit) override;
    void wait(base::Nanos at_most, std::stop_token stop) override;
    std::uint64_t position() const override { return next_; }

  private:
    const EngineStore& store_;
    std::uint64_t next_;
};

}  // namespace storage::engine
