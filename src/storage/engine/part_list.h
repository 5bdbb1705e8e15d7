#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <roaring/roaring.hh>
#include <roaring/roaring64map.hh>

#include "storage/engine/memtable.h"
#include "storage/engine/part.h"

namespace storage::engine {

// A part with the rows of it that are deleted: what a snapshot holds.
struct PartView {
    std::shared_ptr<Part> part;
    std::shared_ptr<const Roaring> deleted;  // row numbers; null: none
    std::uint64_t deleted_version = 0;       // of the file that says so; 0: no file yet
    bool unsaved = false;                    // `deleted` is newer than the file

    std::uint64_t live_rows() const {
        return part->meta().rows - (deleted ? deleted->cardinality() : 0);
    }
};

using PartsByPartition = std::map<PartitionKey, std::vector<PartView>>;

// The live row of an `_id` in a part; nothing when there is none.
base::Result<std::optional<std::uint32_t>> row_of_id(const PartView& view, std::string_view id);
// The row of a sequence number, deleted or not.
base::Result<std::optional<std::uint32_t>> row_of_sequence(const Part& part,
                                                           std::uint64_t sequence);
// The rows of several, in one pass over the part.
base::Result<std::vector<std::uint32_t>> rows_of_sequences(const Part& part,
                                                           const Roaring64Map& sequences);
// Whether the row's client gave it an `_id`.
base::Result<bool> has_own_id(const Part& part, std::uint32_t row);
base::Result<std::uint64_t> sequence_of_row(const Part& part, std::uint32_t row);

// Copy on write: one copy for all of them.
void mark_deleted(PartView& view, const std::vector<std::uint32_t>& rows);

// The deleted rows as a file beside the part: count-prefixed portable CRoaring bytes with a
// checksum in front.
base::Status save_deleted(base::FileSystem& files, const PartView& view, std::uint64_t version);
base::Result<std::shared_ptr<const Roaring>> load_deleted(base::FileSystem& files,
                                                          const std::string& directory,
                                                          std::uint64_t version,
                                                          std::uint64_t rows);

}  // namespace storage::engine
