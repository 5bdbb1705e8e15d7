#include "storage/utf8.h"

namespace storage {

namespace {

constexpr std::int32_t wrong = -1;

// The bits of a trail byte, or `wrong`.
std::int32_t trail(std::string_view text, std::size_t at) {
    if (at >= text.size()) return wrong;
    const auto byte = static_cast<unsigned char>(text[at]);
    return (byte & 0xc0) == 0x80 ? byte & 0x3f : wrong;
}

char byte_of(std::int32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

}  // namespace

std::int32_t read_utf8(std::string_view text, std::size_t& at) {
    const std::int32_t lead = static_cast<unsigned char>(text[at]);
    const std::size_t begin = at;
    ++at;
    if (lead < 0x80) return lead;
    if (lead < 0xc2 || lead > 0xf4) return wrong;
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::int32_t character = lead & (0x7f >> length);
    for (std::size_t next = 1; next < length; ++next) {
        const std::int32_t bits = trail(text, begin + next);
        if (bits == wrong) return wrong;
        character = (character << 6) | bits;
    }
    const std::int32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (character < least || character > 0x10ffff) return wrong;
    if (character >= 0xd800 && character < 0xe000) return wrong;
    at = begin + length;
    return character;
}

void append_utf8(std::int32_t character, std::string& out) {
    if (character < 0x80) {
        out.push_back(byte_of(character));
        return;
    }
    if (character < 0x800) {
        out.push_back(byte_of(0xc0 | (character >> 6)));
    } else if (character < 0x10000) {
        out.push_back(byte_of(0xe0 | (character >> 12)));
        out.push_back(byte_of(0x80 | ((character >> 6) & 0x3f)));
    } else {
        out.push_back(byte_of(0xf0 | (character >> 18)));
        out.push_back(byte_of(0x80 | ((character >> 12) & 0x3f)));
        out.push_back(byte_of(0x80 | ((character >> 6) & 0x3f)));
    }
    out.push_back(byte_of(0x80 | (character & 0x3f)));
}

}  // namespace storage
