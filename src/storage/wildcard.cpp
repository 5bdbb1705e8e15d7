#include "storage/wildcard.h"

#include <cstring>

namespace storage {

namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_trail(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// How many bytes the character at `at` has; 1 where the bytes are no UTF-8.
std::size_t length_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0xc0   ? 1
                               : lead < 0xe0 ? 2
                               : lead < 0xf0 ? 3
                               : lead < 0xf8 ? 4
                                             : 1;
    if (at + length > text.size()) return 1;
    for (std::size_t next = 1; next < length; ++next) {
        if (!is_trail(text[at + next])) return 1;
    }
    return length;
}

// Where the character that ends before `end` begins.
std::size_t begin_before(std::string_view text, std::size_t end) {
    std::size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && is_trail(text[begin])) --begin;
    return begin + length_at(text, begin) == end ? begin : end - 1;
}

}  // namespace

void Wildcard::Piece::push(char byte, bool is_one) {
    bytes.push_back(byte);
    one.push_back(is_one);
    if (is_one) plain = false;
}

Wildcard::Wildcard(std::string_view pattern) : pieces_(1) {
    std::string literal;
    const auto end_literal = [&] {
        if (literal.size() > longest_.size()) longest_ = literal;
        literal.clear();
    };
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        char c = pattern[at];
        if (c == '*') {
            end_literal();
            if (!pieces_.back().bytes.empty() || pieces_.size() == 1) pieces_.emplace_back();
            continue;
        }
        if (c == '?') {
            end_literal();
            pieces_.back().push(c, true);
            continue;
        }
        if (c == '\\' && at + 1 < pattern.size()) c = pattern[++at];
        literal.push_back(c);
        pieces_.back().push(c, false);
    }
    end_literal();
}

std::string_view Wildcard::longest_literal() const { return longest_; }

// Where the piece ends when it lies at `at`, npos when it does not.
std::size_t Wildcard::match(const Piece& piece, std::string_view text, std::size_t at) {
    for (std::size_t next = 0; next < piece.bytes.size(); ++next) {
        if (at >= text.size()) return npos;
        if (piece.one[next]) {
            at += length_at(text, at);
        } else if (text[at] == piece.bytes[next]) {
            ++at;
        } else {
            return npos;
        }
    }
    return at;
}

// Where the piece begins when the text ends with it.
std::size_t Wildcard::match_end(const Piece& piece, std::string_view text) {
    std::size_t end = text.size();
    for (std::size_t next = piece.bytes.size(); next > 0; --next) {
        if (end == 0) return npos;
        if (piece.one[next - 1]) {
            end = begin_before(text, end);
        } else if (text[end - 1] == piece.bytes[next - 1]) {
            --end;
        } else {
            return npos;
        }
    }
    return end;
}

// Where the first match at or behind `at` ends.
std::size_t Wildcard::find(const Piece& piece, std::string_view text, std::size_t at) {
    if (piece.plain) {
        const void* found =
            ::memmem(text.data() + at, text.size() - at, piece.bytes.data(), piece.bytes.size());
        if (found == nullptr) return npos;
        return static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) +
               piece.bytes.size();
    }
    while (at <= text.size()) {
        const std::size_t end = match(piece, text, at);
        if (end != npos) return end;
        if (at == text.size()) break;
        at += length_at(text, at);
    }
    return npos;
}

bool Wildcard::fits(std::string_view text) const {
    std::size_t at = match(pieces_.front(), text, 0);
    if (at == npos) return false;
    if (pieces_.size() == 1) return at == text.size();
    for (std::size_t next = 1; next + 1 < pieces_.size(); ++next) {
        at = find(pieces_[next], text, at);
        if (at == npos) return false;
    }
    const std::size_t last = match_end(pieces_.back(), text);
    return last != npos && last >= at;
}

}  // namespace storage
