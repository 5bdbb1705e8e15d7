#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/value.h"

// What a part's meta file says. docs/format/part.md is the description for people; numbers here are
// final.

namespace storage::engine {

inline constexpr std::uint32_t block_rows =
    8192;  // rows of a block; the last of a part may have fewer
inline constexpr std::string_view sequence_column = "_sequence";
inline constexpr std::string_view time_column = "_time";

enum class Encoding : std::uint8_t {
    integers = 1,    // integers.h
    dictionary = 2,  // codes into the part's sorted dictionary, as integers.h
    text = 3,        // strings.h, TextPages
    numbers = 4,     // doubles: see numbers.h
    addresses = 5,   // 16 bytes each, compressed
};

// How the rows of a column's values are known.
enum class Presence : std::uint8_t {
    dense = 0,     // every row has one value
    by_shape = 1,  // the row's shape says how many values it has
    listed = 2,    // the chunk lists the rows
};

// A run of bytes in the data file. Length 0: nothing is there.
struct Region {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint32_t checksum = 0;  // low half of XXH3 of the bytes
};

// A column's values of one block.
struct Chunk {
    Region region;
    std::uint32_t values = 0;
    // Least and greatest value, for integers encodings.
    std::int64_t least = 0;
    std::int64_t greatest = 0;
};

struct ColumnMeta {
    std::string name;
    event::Type type = event::Type::string;
    Encoding encoding = Encoding::integers;
    Presence presence = Presence::dense;
    std::uint64_t values = 0;
    std::uint32_t entries = 0;  // of the dictionary
    Region dictionary;          // its directory, the pages behind it: dictionary.h
    Region postings;            // blocks of each dictionary entry: postings.h
    Region filter;  // dictionary: of its entries; text: one filter per block, one behind the other
                    // (filter.h)
    Region shape_counts;        // by_shape: values per row of each shape's code, as integers.h
    std::vector<Chunk> chunks;  // one per block
};

struct BlockMeta {
    std::uint32_t rows = 0;
    base::Nanos first = 0;  // least and greatest time; rows are in the order of (time, sequence)
    base::Nanos last = 0;
};

struct PartMeta {
    std::uint64_t id = 0;
    std::string index;
    std::int32_t day = 0;
    std::uint64_t rows = 0;
    base::Nanos first = 0;
    base::Nanos last = 0;
    std::uint64_t least_sequence = 0;
    std::uint64_t greatest_sequence = 0;
    std::uint64_t data_bytes = 0;         // of the data file
    std::vector<std::uint64_t> replaces;  // parts it was merged from
    std::vector<BlockMeta> blocks;
    std::vector<ColumnMeta> columns;

    const ColumnMeta* find(std::string_view name, event::Type type) const;
};

std::string encode_meta(const PartMeta& meta);
// Corrupt for bytes that are no meta file, or of a newer version.
base::Result<PartMeta> decode_meta(std::string_view bytes);

std::uint32_t checksum_of(std::string_view bytes);

}  // namespace storage::engine
