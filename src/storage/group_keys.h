#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "storage/aggregate.h"
#include "storage/group_table.h"
#include "storage/value_codes.h"

namespace storage {

// Rows of a block and the groups they are in: entry i says that row rows[i] is in group groups[i].
// Rows ascend; a row in several groups has several entries, one in none has none.
struct GroupedRows {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> groups;
};

// Finds the groups of rows by their keys and numbers them. One thread at a time.
class GroupKeys {
  public:
    explicit GroupKeys(std::vector<GroupKey> keys);

    // `entries` comes with all rows in group 0 and leaves with their groups.
    base::Status assign(Block& block, GroupedRows& entries);
    std::uint32_t group_of_time(base::Nanos time);
    // The number here of each of another one's groups. REQUIRES: the same keys.
    std::vector<std::uint32_t> import(const GroupKeys& other);

    std::uint32_t size() const;
    bool too_large() const;
    // Adds the columns "key0", "key1" …; row i is group i.
    void write(event::Batch& batch) const;

  private:
    struct Part;
    base::Status assign_key(Block& block, std::size_t key, GroupedRows& entries);
    std::uint32_t code_of_missing(std::size_t key);
    void assign_time(std::span<const base::Nanos> times, std::size_t key, GroupedRows& entries);
    void assign_single(const event::Column& column, std::size_t key, GroupedRows& entries);
    void assign_several(const std::vector<const event::Column*>& columns, std::size_t key,
                        GroupedRows& entries);
    // Codes of the values of one column: position in `entries`, code.
    using Found = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
    void find_codes(const event::Column& column, std::size_t key, const GroupedRows& entries,
                    Found& found);
    std::uint32_t next_group(std::size_t key, std::uint32_t group, std::uint32_t code) {
        return key == 0 ? code : pairs_[key - 1].number(group, code);
    }
    // The codes of a group's keys.
    void codes_of(std::uint32_t group, std::vector<std::uint32_t>& codes) const;

    std::vector<GroupKey> keys_;
    std::vector<ValueCodes> codes_;  // one per key
    std::vector<PairTable> pairs_;   // (group by the keys before, code), one per key but the first
};

// Where the bucket begins that `time` lies in. REQUIRES: interval > 0.
base::Nanos bucket_of(base::Nanos time, base::Nanos interval, base::Nanos offset);

}  // namespace storage
