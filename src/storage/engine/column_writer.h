#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "storage/engine/part_format.h"
#include "storage/engine/part_writer.h"
#include "storage/engine/row_order.h"

namespace storage::engine {

// The data file while it is written: regions one behind the other. Remembers the first failure.
class DataWriter {
  public:
    explicit DataWriter(base::File& file) : file_(file) {}

    void raw(std::string_view bytes);
    Region region(std::string_view bytes);
    std::uint64_t size() const { return size_; }
    // Writes what is buffered and makes it durable.
    base::Status finish();

  private:
    void flush();

    base::File& file_;
    std::string buffer_;
    std::uint64_t size_ = 0;
    std::optional<base::Error> failure_;
};

// A string column's dictionary while it is made: the texts of all sources, sorted.
struct Dictionary {
    event::StringPool sorted;
    // For each source pool: the number of its entries here (nowhere when no row uses it).
    std::unordered_map<const event::StringPool*, std::vector<std::uint32_t>> entries;
    // Keeps the pools, and so the addresses above, alive.
    std::vector<std::shared_ptr<const void>> owners;
};

// Writes the columns of one part, each whole before the next.
class ColumnWriter {
  public:
    // REQUIRES: all outlive it.
    ColumnWriter(DataWriter& data, const RowOrder& order, const PartOptions& options,
                 PartMeta& meta)
        : data_(data), order_(order), options_(options), meta_(meta) {}

    // The rows' times and sequence numbers.
    base::Status write_order();
    base::Status write(const std::string& name, event::Type type);

  private:
    template <typename T>
    struct Placed {
        std::uint32_t position;
        T value;
    };

    base::Status decide_presence(ColumnMeta& column);
    base::Result<std::optional<Dictionary>> gather_dictionary(const ColumnMeta& column) const;
    void write_dictionary(const Dictionary& dictionary, ColumnMeta& column);
    base::Status write_strings(ColumnMeta& column);
    base::Status write_codes(const Dictionary& dictionary, ColumnMeta& column);
    base::Status write_text(ColumnMeta& column);
    bool is_id(const std::string& name) const;

    // Calls `emit(block number, values placed in it)` for every block; `read(column, value)`
    // fetches a value; `window`: rows in memory at a time, 0 as usual.
    template <typename T, typename Read, typename Emit>
    base::Status each_block(const ColumnMeta& column, Read read, Emit emit,
                            std::uint32_t window = 0) const;
    // How many rows' texts may be in memory at a time, as the first block with values has it: whole
    // blocks.
    base::Result<std::uint32_t> text_window(const ColumnMeta& column) const;
    // Writes one chunk: the list of rows where it is needed, then the encoded values.
    void put_chunk(ColumnMeta& column, const std::vector<std::uint32_t>& rows,
                   std::string_view coded, Chunk chunk);
    template <typename T>
    static std::vector<std::uint32_t> rows_in_block(const std::vector<Placed<T>>& values);

    DataWriter& data_;
    const RowOrder& order_;
    const PartOptions& options_;
    PartMeta& meta_;
    std::vector<std::uint32_t> shapes_;  // each row's shape code, when every row has one
    std::size_t shape_count_ = 0;
};

}  // namespace storage::engine
