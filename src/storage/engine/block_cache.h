#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/hash.h"

namespace storage::engine {

// What was read from parts and decoded, the least recently used thrown out first. Things in use
// live on outside it. Thread-safe.
class BlockCache {
  public:
    // Which thing of which part: `item` tells columns, dictionaries and pages apart.
    struct Key {
        std::uint64_t part = 0;
        std::uint64_t item = 0;
        bool operator==(const Key&) const = default;
    };

    explicit BlockCache(std::size_t bytes) : capacity_(bytes) {}

    // Null when it is not there.
    template <typename Thing>
    std::shared_ptr<const Thing> find(const Key& key) {
        return std::static_pointer_cast<const Thing>(lookup(key));
    }
    void insert(const Key& key, std::shared_ptr<const void> thing, std::size_t bytes);

    std::size_t bytes() const;
    std::uint64_t hits() const;
    std::uint64_t misses() const;

  private:
    struct Entry {
        Key key;
        std::shared_ptr<const void> thing;
        std::size_t bytes = 0;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return base::hash_of({reinterpret_cast<const char*>(&key), sizeof(key)});
        }
    };

    std::shared_ptr<const void> lookup(const Key& key);

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> by_key_;
    std::size_t bytes_ = 0;
    std::uint64_t hits_ = 0;
    std::uint64_t misses_ = 0;
};

}  // namespace storage::engine
