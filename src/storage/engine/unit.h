#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "storage/engine/memtable.h"
#include "storage/engine/part_list.h"
#include "storage/row_set.h"
#include "storage/store.h"

namespace storage::engine {

// What a query goes through piece by piece: one batch of the memory or one block of a part.
struct Unit {
    base::Nanos first = 0;  // least and greatest time of its rows
    base::Nanos last = 0;
    const MemoryRows* memory = nullptr;
    const event::Batch* batch = nullptr;  // of memory
    const PartView* view = nullptr;       // or of a part:
    std::uint32_t block = 0;

    std::unique_ptr<Block> open() const;
    bool has_deletions() const;
    // Takes out deleted rows.
    base::Status drop_deleted(Block& block_of_rows, RowSet& rows) const;
    // The given rows (ascending) with their time and sequence numbers. `columns` empty: all.
    base::Result<event::Batch> materialise(std::span<const std::uint32_t> rows,
                                           const std::vector<std::string>& columns) const;
    std::string_view index() const;
};

// The units of a snapshot that may hold rows of an index pattern, a range and a condition.
class Units {
  public:
    static base::Result<Units> find(const std::vector<MemoryRows>& memory,
                                    const std::vector<PartView>& parts,
                                    const event::IndexPattern& indices, const TimeRange& range,
                                    const Predicate& predicate);

    std::vector<Unit> all;
};

}  // namespace storage::engine
