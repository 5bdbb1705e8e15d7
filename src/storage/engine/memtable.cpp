#include "storage/engine/memtable.h"

#include <algorithm>

#include "event/schema.h"

namespace storage::engine {

namespace {

// Batches up to this many rows are joined with their neighbours of like size, so that a thousand
// requests of one event are a handful of batches to read, each row copied about log2(n) times.
constexpr std::uint32_t join_rows = 8192;
// Joining must not make a batch of more columns than positions can number.
constexpr std::size_t join_columns = 4096;

}  // namespace

void Memtable::join_small(Partition& partition) {
    auto& batches = partition.batches;
    while (batches.size() >= 2) {
        const event::Batch* last = batches[batches.size() - 1].batch.get();
        const event::Batch* before = batches[batches.size() - 2].batch.get();
        if (before->rows() > 2 * last->rows() || before->rows() + last->rows() > join_rows ||
            before->columns().size() + last->columns().size() > join_columns) {
            return;
        }
        auto joined = std::make_shared<event::Batch>();
        joined->append(*before);
        joined->append(*last);
        // What one dictionary says for both takes less; the sum may only shrink.
        bytes_ -= std::min(bytes_, last->memory() + before->memory());
        bytes_ += joined->memory();
        const MemoryBatch gone = std::move(batches.back());
        batches.pop_back();
        batches.back() = {std::move(joined), std::min(gone.first, batches.back().first),
                          std::max(gone.last, batches.back().last)};
    }
}

void Memtable::add(const PartitionKey& key, std::shared_ptr<const event::Batch> batch) {
    Partition& partition = partitions_[key];
    bytes_ += batch->memory();
    rows_ += batch->rows();
    if (const event::Column* ids = batch->find(event::field::id, event::Type::string)) {
        for (std::size_t value = 0; value < ids->size(); ++value) {
            partition.ids.insert_or_assign(std::string(ids->text(value)),
                                           batch->sequence[ids->row_of(value)]);
            bytes_ += ids->text(value).size() + 64;
        }
    }
    const auto [first, last] = std::minmax_element(batch->time.begin(), batch->time.end());
    partition.batches.push_back({batch, *first, *last});
    join_small(partition);
}

std::optional<std::uint64_t> Memtable::find(const PartitionKey& key, std::string_view id) const {
    const auto partition = partitions_.find(key);
    if (partition == partitions_.end()) return std::nullopt;
    const auto found = partition->second.ids.find(id);
    if (found == partition->second.ids.end()) return std::nullopt;
    return found->second;
}

std::vector<std::int32_t> Memtable::days_of(const std::string& index) const {
    std::vector<std::int32_t> days;
    for (auto at = partitions_.lower_bound({index, INT32_MIN});
         at != partitions_.end() && at->first.index == index; ++at) {
        days.push_back(at->first.day);
    }
    return days;
}

std::optional<PartitionKey> Memtable::partition_of(const std::string& index,
                                                   std::uint64_t sequence) const {
    for (auto at = partitions_.lower_bound({index, INT32_MIN});
         at != partitions_.end() && at->first.index == index; ++at) {
        if (at->second.deleted && at->second.deleted->contains(sequence)) continue;
        for (const auto& [batch, first, last] : at->second.batches) {
            const auto found =
                std::lower_bound(batch->sequence.begin(), batch->sequence.end(), sequence);
            if (found == batch->sequence.end() || *found != sequence) continue;
            const event::Column* ids = batch->find(event::field::id, event::Type::string);
            const auto row = static_cast<std::uint32_t>(found - batch->sequence.begin());
            if (ids != nullptr) {
                const auto [begin, end] = ids->values_of(row);
                if (begin != end) return std::nullopt;
            }
            return at->first;
        }
    }
    return std::nullopt;
}

void Memtable::remove(const PartitionKey& key, const std::vector<Removed>& rows) {
    const auto partition = partitions_.find(key);
    if (partition == partitions_.end()) return;
    auto deleted = partition->second.deleted
                       ? std::make_shared<Roaring64Map>(*partition->second.deleted)
                       : std::make_shared<Roaring64Map>();
    for (const Removed& row : rows) {
        const auto found = partition->second.ids.find(row.id);
        if (found != partition->second.ids.end() && found->second == row.sequence) {
            partition->second.ids.erase(found);
        }
        deleted->add(row.sequence);
    }
    partition->second.deleted = std::move(deleted);
}

std::vector<MemoryRows> Memtable::view() const {
    std::vector<MemoryRows> rows;
    rows.reserve(partitions_.size());
    for (const auto& [key, partition] : partitions_) {
        rows.push_back({key, partition.batches, partition.deleted});
    }
    return rows;
}

}  // namespace storage::engine
