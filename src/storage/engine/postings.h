#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace storage::engine {

// For each entry of a dictionary, the blocks that hold it: how one order's rows are found without
// reading the others.
//
// Layout: per group of 128 entries the offset of its lists from the first list's start (4 bytes
// each); the lists: count of blocks, then block numbers as differences (varints).
class Postings {
  public:
    // Pairs of (entry, block), sorted, unique.
    static std::string encode(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs,
                              std::uint32_t entries);

    // REQUIRES: bytes outlive it.
    Postings(std::string_view bytes, std::uint32_t entries) : bytes_(bytes), entries_(entries) {}

    // Calls `use(block)` for each block of an entry. Corrupt when the bytes are damaged.
    template <typename Use>
    base::Status blocks_of(std::uint32_t entry, Use use) const;

  private:
    std::string_view list_of(std::uint32_t entry) const;

    std::string_view bytes_;
    std::uint32_t entries_;
};

}  // namespace storage::engine

#include "base/bytes.h"

namespace storage::engine {

template <typename Use>
base::Status Postings::blocks_of(std::uint32_t entry, Use use) const {
    base::ByteReader in(list_of(entry));
    const std::uint64_t count = in.count(1);
    std::uint64_t block = 0;
    for (std::uint64_t at = 0; at < count; ++at) {
        block += in.varint();
        if (in.failed()) break;
        use(static_cast<std::uint32_t>(block));
    }
    if (in.failed()) return base::Error(base::Code::corrupt, "postings are damaged");
    return base::ok();
}

}  // namespace storage::engine
