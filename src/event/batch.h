#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/string_map.h"
#include "event/column.h"

namespace event {

// Events as columns: the one form in which they travel from the input to the store and from the
// store to the answer. Field names are the unified schema's, nested JSON by dotted names. Columns
// whose name begins with `_` are Ordertrail's own (see schema.h). A name may have several columns,
// one per type. One thread at a time while it grows, then immutable and shared.
class Batch {
  public:
    // One per row: the event's time, and (once stored) its sequence number. `sequence` is empty
    // before that.
    std::vector<base::Nanos> time;
    std::vector<std::uint64_t> sequence;

    std::uint32_t rows() const { return static_cast<std::uint32_t>(time.size()); }
    const std::vector<Column>& columns() const { return columns_; }

    // nullptr when there is none. A pointer is valid until the next column is made.
    const Column* find(std::string_view name, Type type) const;
    Column* find(std::string_view name, Type type);
    // Found or made; the position in columns() stays valid.
    std::size_t column(std::string_view name, Type type);
    Column& at(std::size_t position) { return columns_[position]; }
    // REQUIRES: no column of this name and type is there.
    void add(Column column);
    // Drops a column; the positions of those behind it change.
    void remove(std::string_view name, Type type);

    // Positions of the columns of a name, any type; empty when there is none.
    std::vector<std::size_t> named(std::string_view name) const;

    // Drops rows from `row` on.
    void truncate(std::uint32_t row);

    // The given rows (ascending or not) as a batch of their own.
    Batch gather(std::span<const std::uint32_t> rows) const;
    // Appends all rows of another batch.
    void append(const Batch& other);

    // Bytes held, roughly.
    std::size_t memory() const;

  private:
    std::int32_t& slot(std::string_view name, Type type);

    std::vector<Column> columns_;
    base::StringMap<std::array<std::int32_t, type_count>> positions_;
};

// The batch as bytes, for the log, and back. Corrupt for bytes that are no batch; never trusts a
// length.
void encode(const Batch& batch, std::string& out);
base::Result<Batch> decode_batch(std::string_view bytes);

}  // namespace event
