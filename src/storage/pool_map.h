#pragma once

#include <memory>
#include <unordered_map>

#include "event/string_pool.h"

namespace storage {

// What was found out about dictionaries, by dictionary. Forgets those that are gone (another one at
// the same address begins anew) and, when there are too many, the others too: what is kept must be
// worth no more than time. One thread at a time.
template <typename Value>
class PoolMap {
  public:
    // Found or made; valid until the next call.
    Value& at(const std::shared_ptr<event::StringPool>& pool) {
        if (last_ != nullptr && last_pool_ == pool.get() && same(last_->owner, pool))
            return last_->value;
        if (entries_.size() >= limit) drop();
        Entry& entry = entries_[pool.get()];
        if (!same(entry.owner, pool)) entry = Entry{pool, {}};
        last_ = &entry;
        last_pool_ = pool.get();
        return entry.value;
    }

  private:
    struct Entry {
        std::weak_ptr<event::StringPool> owner;
        Value value;
    };
    static constexpr std::size_t limit = 1024;

    static bool same(const std::weak_ptr<event::StringPool>& owner,
                     const std::shared_ptr<event::StringPool>& pool) {
        return !owner.owner_before(pool) && !pool.owner_before(owner);
    }

    void drop() {
        std::erase_if(entries_, [](const auto& entry) { return entry.second.owner.expired(); });
        if (entries_.size() >= limit) entries_.clear();
        last_ = nullptr;
    }

    std::unordered_map<const event::StringPool*, Entry> entries_;
    Entry* last_ = nullptr;
    const event::StringPool* last_pool_ = nullptr;
};

}  // namespace storage
