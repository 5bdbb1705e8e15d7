#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <roaring/roaring64map.hh>

#include "base/string_map.h"
#include "event/batch.h"

namespace storage::engine {

// Index and UTC day.
struct PartitionKey {
    std::string index;
    std::int32_t day = 0;
    auto operator<=>(const PartitionKey&) const = default;
};

struct MemoryBatch {
    std::shared_ptr<const event::Batch> batch;
    base::Nanos first = 0;  // least and greatest time
    base::Nanos last = 0;
};

// What readers see of a partition in memory: immutable.
struct MemoryRows {
    PartitionKey key;
    std::vector<MemoryBatch> batches;
    std::shared_ptr<const Roaring64Map> deleted;  // sequence numbers; may be null
};

// Rows that are durable in the log but in no part yet. The store's lock guards it.
class Memtable {
  public:
    // REQUIRES: the batch has sequence numbers, and no row of its ids is here.
    void add(const PartitionKey& key, std::shared_ptr<const event::Batch> batch);

    // The sequence number of the live row of an `_id`.
    std::optional<std::uint64_t> find(const PartitionKey& key, std::string_view id) const;
    // Days of an index that have rows here.
    std::vector<std::int32_t> days_of(const std::string& index) const;
    // The partition of an index that holds a live row of a sequence number, without an `_id` of its
    // client's.
    std::optional<PartitionKey> partition_of(const std::string& index,
                                             std::uint64_t sequence) const;
    struct Removed {
        std::string id;
        std::uint64_t sequence = 0;
    };
    // Marks rows deleted and forgets their ids.
    void remove(const PartitionKey& key, const std::vector<Removed>& rows);

    std::vector<MemoryRows> view() const;
    std::size_t bytes() const { return bytes_; }
    std::uint64_t rows() const { return rows_; }
    bool empty() const { return partitions_.empty(); }

    // Log segments whose records it holds: [first, last].
    std::uint64_t first_segment = 0;
    std::uint64_t last_segment = 0;

  private:
    struct Partition {
        std::vector<MemoryBatch> batches;
        base::StringMap<std::uint64_t> ids;  // of rows with an `_id` of the client's
        std::shared_ptr<const Roaring64Map> deleted;
    };

    void join_small(Partition& partition);

    std::map<PartitionKey, Partition> partitions_;
    std::size_t bytes_ = 0;
    std::uint64_t rows_ = 0;
};

}  // namespace storage::engine
