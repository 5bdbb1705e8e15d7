#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/string_pool.h"
#include "storage/engine/part_format.h"

namespace storage::engine {

// Where the entries of a column's sorted dictionary lie in a part: in pages, each compressed and
// checked for itself, so that one entry costs one page and a text is found with one more.
// Immutable.
//
// Layout of the directory: count of pages; per page its entries, its bytes (varints), its checksum
// (4 bytes) and its separator (string): no text in an earlier page is equal or behind it, and no
// text in this page before it. The pages (strings.h) follow the directory in the data file.
class DictionaryDirectory {
  public:
    // Makes both from entries in ascending order. Appends.
    static void encode(const event::StringPool& sorted, std::string& directory, std::string& pages);

    // REQUIRES: `bytes` is the region `where`. Corrupt.
    static base::Result<DictionaryDirectory> decode(std::string_view bytes, const Region& where,
                                                    std::uint32_t entries);

    std::size_t pages() const { return regions_.size(); }
    const Region& region(std::size_t page) const { return regions_[page]; }
    std::uint32_t first_of(std::size_t page) const { return begins_[page]; }
    std::uint32_t count_of(std::size_t page) const { return begins_[page + 1] - begins_[page]; }
    std::size_t page_of(std::uint32_t entry) const;
    // The page that holds a text if any does. REQUIRES: there are pages.
    std::size_t page_for(std::string_view text) const;
    std::size_t memory() const;

  private:
    std::vector<std::uint32_t> begins_;  // first entry of each page, and the end
    std::vector<Region> regions_;
    event::StringPool separators_;
};

}  // namespace storage::engine
