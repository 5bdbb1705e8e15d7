#include "event/json_string.h"

#include <cstdint>
#include <cstring>

namespace event {

namespace {

// Four hexadecimal digits; above 0xFFFF when they are none.
std::uint32_t hex_at(std::string_view text, std::size_t at) {
    constexpr std::uint32_t none = 0x10000;
    if (at + 4 > text.size()) return none;
    std::uint32_t value = 0;
    for (std::size_t end = at + 4; at < end; ++at) {
        const char c = text[at];
        const char lower = static_cast<char>(c | 0x20);
        std::uint32_t digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint32_t>(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            digit = static_cast<std::uint32_t>(lower - 'a' + 10);
        } else {
            return none;
        }
        value = value * 16 + digit;
    }
    return value;
}

void append_code_point(std::uint32_t code, std::string& out) {
    const auto tail = [&out](std::uint32_t bits) {
        out.push_back(static_cast<char>(0x80 | (bits & 0x3F)));
    };
    if (code < 0x80) {
        out.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (code >> 6)));
        tail(code);
    } else if (code < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (code >> 12)));
        tail(code >> 6);
        tail(code);
    } else {
        out.push_back(static_cast<char>(0xF0 | (code >> 18)));
        tail(code >> 12);
        tail(code >> 6);
        tail(code);
    }
}

char simple_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
        case '/':
            return c;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return '\0';
    }
}

// The code point whose \u begins at `at`; moves `at` behind it. Above 0x10FFFF when it is broken.
std::uint32_t code_point(std::string_view text, std::size_t& at, bool& lossy) {
    const std::uint32_t first = hex_at(text, at + 2);
    if (first > 0xFFFF) return UINT32_MAX;
    at += 6;
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (first < 0xDC00 && at + 1 < text.size() && text[at] == '\\' && text[at + 1] == 'u') {
        const std::uint32_t second = hex_at(text, at + 2);
        if (second >= 0xDC00 && second <= 0xDFFF) {
            at += 6;
            return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        }
    }
    lossy = true;
    return 0xFFFD;
}

}  // namespace

Unescaped unescape(std::string_view text, std::string& out) {
    out.clear();
    bool lossy = false;
    std::size_t at = 0;
    while (at < text.size()) {
        const void* found = std::memchr(text.data() + at, '\\', text.size() - at);
        const std::size_t next =
            found == nullptr
                ? text.size()
                : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
        out.append(text, at, next - at);
        at = next;
        if (at == text.size()) break;
        if (at + 1 == text.size()) return Unescaped::broken;
        if (text[at + 1] == 'u') {
            const std::uint32_t code = code_point(text, at, lossy);
            if (code == UINT32_MAX) return Unescaped::broken;
            append_code_point(code, out);
        } else {
            const char c = simple_escape(text[at + 1]);
            if (c == '\0') return Unescaped::broken;
            out.push_back(c);
            at += 2;
        }
    }
    return lossy ? Unescaped::lossy : Unescaped::whole;
}

}  // namespace event
