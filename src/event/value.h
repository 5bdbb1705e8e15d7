#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace event {

// What a column can hold. The numbers are part of the on-disk format.
enum class Type : std::uint8_t {
    boolean = 1,
    integer = 2,    // int64
    number = 3,     // double
    timestamp = 4,  // int64 nanoseconds since 1970 UTC
    ip = 5,         // 16 bytes
    string = 6,     // UTF-8
};
inline constexpr std::size_t type_count = 7;  // one more than the largest

std::string_view name_of(Type type);
std::optional<Type> type_named(std::string_view name);

// An IPv6 address in network order; IPv4 as ::ffff:a.b.c.d. Ordered as addresses are.
struct Ip {
    std::array<std::uint8_t, 16> bytes{};

    static std::optional<Ip> parse(std::string_view text);
    // The canonical text (RFC 5952; dotted for IPv4).
    std::string text() const;
    auto operator<=>(const Ip&) const = default;
};

}  // namespace event
