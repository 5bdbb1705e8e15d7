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

// Strings one after the other in pages that are compressed each for itself, so that one value costs
// one page. Appends to `out`. Values that are all lower-case hexadecimal of one even length are
// packed to half.
//
// Layout: number of pages; per page its count of values and its size in bytes (varints); the pages.
// A page: 0 text or n hexadecimal of 2n digits (varint), then compressed: for text the lengths as
// varints and the bytes.
class TextPages {
  public:
    static void encode(std::span<const std::string_view> values, int level, std::string& out);

    // Reads the directory. REQUIRES: bytes outlive it.
    static base::Result<TextPages> open(std::string_view bytes, std::size_t count);

    std::size_t pages() const { return begins_.size(); }
    // The page that holds a value, and the number of its first value.
    std::size_t page_of(std::size_t value) const;
    std::size_t first_of(std::size_t page) const { return begins_[page]; }
    base::Status read(std::size_t page, event::StringPool& out) const;

  private:
    std::vector<std::size_t> begins_;  // first value of each page
    std::vector<std::string_view> bytes_;
    std::size_t count_ = 0;
};

// A sorted dictionary: pages as above.
void encode_dictionary(const event::StringPool& sorted, std::string& out);
base::Status decode_dictionary(std::string_view bytes, std::size_t count, event::StringPool& out);

}  // namespace storage::engine
