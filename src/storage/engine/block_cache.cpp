#include "storage/engine/block_cache.h"

namespace storage::engine {

std::shared_ptr<const void> BlockCache::lookup(const Key& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) {
        ++misses_;
        return nullptr;
    }
    ++hits_;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->thing;
}

void BlockCache::insert(const Key& key, std::shared_ptr<const void> thing, std::size_t bytes) {
    // What is dropped is destroyed after the lock is released.
    std::list<Entry> dropped;
    const std::lock_guard lock(mutex_);
    if (bytes > capacity_ || by_key_.contains(key)) return;
    entries_.push_front({key, std::move(thing), bytes});
    by_key_.emplace(key, entries_.begin());
    bytes_ += bytes;
    while (bytes_ > capacity_) {
        bytes_ -= entries_.back().bytes;
        by_key_.erase(entries_.back().key);
        dropped.splice(dropped.begin(), entries_, std::prev(entries_.end()));
    }
}

std::size_t BlockCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

std::uint64_t BlockCache::hits() const {
    const std::lock_guard lock(mutex_);
    return hits_;
}

std::uint64_t BlockCache::misses() const {
    const std::lock_guard lock(mutex_);
    return misses_;
}

}  // namespace storage::engine
