#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace storage {

// A pattern where * is any run, ? any one character (one byte where the bytes are no UTF-8) and
// \ takes the meaning of the next. Linear in the text for each run between stars. Immutable.
class Wildcard {
  public:
    explicit Wildcard(std::string_view pattern);

    bool fits(std::string_view text) const;
    // The longest run of characters that a fitting text holds; empty when there is none.
    std::string_view longest_literal() const;

  private:
    // What lies between two stars; where one[i], the byte is a '?'.
    struct Piece {
        std::string bytes;
        std::vector<bool> one;
        bool plain = true;
        void push(char byte, bool is_one);
    };

    static std::size_t match(const Piece& piece, std::string_view text, std::size_t at);
    static std::size_t match_end(const Piece& piece, std::string_view text);
    static std::size_t find(const Piece& piece, std::string_view text, std::size_t at);

    std::vector<Piece> pieces_;  // one more than there are stars
    std::string longest_;
};

}  // namespace storage
