#pragma once

#include <span>
#include <vector>

#include "storage/engine/part.h"

namespace storage::engine {

// Reads the columns of some rows of one block of a part, and unpacks no more of them than these
// rows need. Make one per block and set of rows; one thread at a time.
class PointReader {
  public:
    // REQUIRES: rows are ascending and within the block; part and rows outlive the reader. Corrupt,
    // Io.
    static base::Result<PointReader> open(const Part& part, std::size_t block,
                                          std::span<const std::uint32_t> rows);

    // The rows' values of a column, as a column over 0…rows.size()-1.
    base::Result<event::Column> values(std::size_t at);

  private:
    PointReader(const Part& part, std::size_t block, std::span<const std::uint32_t> rows)
        : part_(part), block_(block), rows_(rows) {}

    base::Status read_shapes();
    // Whether a column may have a value in one of the rows. Fills counts_ when its presence is by
    // shape.
    base::Result<bool> may_have_values(const ColumnMeta& column);
    // Finds the wanted values of a chunk: takes the list of rows, if there is one, off its front.
    base::Status find(const ColumnMeta& column, std::string_view& chunk);
    base::Status find_by_shape(const ColumnMeta& column);
    base::Status find_listed(const ColumnMeta& column, std::string_view& chunk);
    void want(std::uint32_t row, std::size_t first, std::size_t count);
    // Their values, into `out`.
    base::Status pick(std::size_t at, std::string_view chunk, event::Column& out);
    base::Status pick_entries(std::size_t at, std::string_view chunk, event::Column& out);
    base::Status pick_texts(std::size_t at, std::string_view chunk, event::Column& out);
    base::Result<event::Column> pick_decoded(const event::Column& whole) const;

    const Part& part_;
    std::size_t block_;
    std::span<const std::uint32_t> rows_;

    // The shapes of the block's rows, and for each wanted row how often each shape came before it:
    // with a column's values per shape that is where its values are. The latter only for few shapes
    // and rows, else empty.
    std::shared_ptr<const event::Column> shapes_;
    std::vector<std::uint32_t> before_;
    std::size_t entries_ = 0;

    // Of the column at hand.
    std::vector<std::uint32_t> counts_;     // values per row of each shape
    std::vector<std::uint32_t> positions_;  // of the wanted values in the chunk, ascending
    std::vector<std::uint32_t> places_;     // which of the wanted rows each belongs to
};

}  // namespace storage::engine
