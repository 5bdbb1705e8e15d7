#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/string_pool.h"

namespace storage::engine {

// zstd over one piece of bytes; stored as it is when that is smaller. Appends to `out`:
// raw size (varint), 0 stored or 1 zstd (1 byte), size (varint), bytes.
void compress(std::string_view bytes, int level, std::string& out);

// Reads one such piece from the front of `in`, appends it to `out`. Corrupt for damage; a raw size
// above `limit` is damage.
base::Status decompress(std::string_view& in, std::size_t limit, std::string& out);

// A page of texts, compressed as one. Values that are all lower-case hexadecimal of one even length
// are packed to half. Appends to `out`: 0 text or n hexadecimal of 2n digits (varint), then
// compressed: for text the lengths as varints and the bytes.
void encode_page(std::span<const std::string_view> values, int level, std::string& out);
// Appends the `count` values to the texts, and where each ends among them. Corrupt.
base::Status decode_page(std::string_view bytes, std::size_t count, std::string& texts,
                         std::vector<std::uint32_t>& ends);

// Strings one after the other in pages, so that one value costs one page. Appends to `out`: number
// of pages; per page its count of values and its size in bytes (varints); the pages.
class TextPages {
  public:
    static void encode(std::span<const std::string_view> values, int level, std::string& out);

    // Reads the directory. REQUIRES: bytes outlive it.
    static base::Result<TextPages> open(std::string_view bytes, std::size_t count);

    std::size_t pages() const { return begins_.size(); }
    // The page that holds a value, and the number of its first value.
    std::size_t page_of(std::size_t value) const;
    std::size_t first_of(std::size_t page) const { return begins_[page]; }
    base::Result<event::StringPool> read(std::size_t page) const;
    // All values, in their order.
    base::Result<event::StringPool> read_all() const;

  private:
    std::size_t count_of(std::size_t page) const;

    std::vector<std::size_t> begins_;  // first value of each page
    std::vector<std::string_view> bytes_;
    std::size_t count_ = 0;
};

}  // namespace storage::engine
