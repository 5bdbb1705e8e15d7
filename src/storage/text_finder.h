#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

// Finds a piece of folded text in texts of any letter case, many bytes at a time. What it finds
// must be looked at again: letters of more than two forms and bytes of different characters may be
// mixed. Immutable.
class TextFinder {
  public:
    // `needle`: as fold_case leaves it, valid UTF-8. Without a needle that can be searched for,
    // usable() is false.
    explicit TextFinder(std::string_view needle);
    TextFinder() = default;

    bool usable() const { return !lower_.empty(); }
    std::size_t size() const { return lower_.size(); }

    // The first place at or behind `from` where the needle may lie, npos when there is none.
    // REQUIRES: usable().
    std::size_t find(std::string_view text, std::size_t from) const;

    // Whether `text` has letters that fold into the needle's and that find() does not know (a long
    // s, a Kelvin sign): then find() may miss. False for nearly all texts.
    bool may_miss(std::string_view text) const;

    static constexpr std::size_t npos = std::string_view::npos;

  private:
    bool fits_at(const char* place) const;

    // Each byte is lower_[i] or upper_[i].
    std::string lower_;
    std::string upper_;
    // The two bytes that are looked for first: those that tell most.
    std::size_t first_ = 0;
    std::size_t second_ = 0;
    std::vector<std::string> odd_forms_;
};

}  // namespace storage
