#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace event {

// Strings one behind the other, addressed by number: the dictionary of a string column.
// `intern` keeps entries unique; `append` does not. One thread at a time while it grows, then
// immutable.
class StringPool {
  public:
    std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }

    std::string_view operator[](std::uint32_t at) const {
        const std::uint32_t begin = at == 0 ? 0 : ends_[at - 1];
        return {bytes_.data() + begin, ends_[at] - begin};
    }

    // The number of `text`, made if it is new. Only in a pool that nothing was appended to.
    std::uint32_t intern(std::string_view text);
    std::uint32_t append(std::string_view text);
    // The number of a text that was interned.
    std::optional<std::uint32_t> find(std::string_view text) const;

    // Says that entries ascend and are unique, as a part's dictionaries are; nothing may be added
    // any more.
    void mark_sorted() { sorted_ = true; }
    bool is_sorted() const { return sorted_; }
    // By binary search. REQUIRES: entries ascend.
    std::optional<std::uint32_t> find_sorted(std::string_view text) const;

    // Gives back the hash table's memory; `find` and `intern` are over after it.
    void seal();

    std::size_t memory() const;
    const std::string& bytes() const { return bytes_; }
    const std::vector<std::uint32_t>& ends() const { return ends_; }
    // Takes over what a decoder made. REQUIRES: ends ascend, the last equals bytes.size().
    void assign(std::string bytes, std::vector<std::uint32_t> ends);

  private:
    void grow();

    std::string bytes_;
    std::vector<std::uint32_t> ends_;
    std::vector<std::uint32_t> hashes_;  // of interned entries
    bool sorted_ = false;
    std::vector<std::uint32_t> slots_;  // open addressing: entry + 1, 0 is free
};

}  // namespace event
