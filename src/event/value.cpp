#include "event/value.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace event {

std::string_view name_of(Type type) {
    switch (type) {
        case Type::boolean:
            return "boolean";
        case Type::integer:
            return "integer";
        case Type::number:
            return "number";
        case Type::timestamp:
            return "timestamp";
        case Type::ip:
            return "ip";
        case Type::string:
            return "string";
    }
    return "string";
}

std::optional<Type> type_named(std::string_view name) {
    for (std::size_t at = 1; at < type_count; ++at) {
        if (name_of(static_cast<Type>(at)) == name) return static_cast<Type>(at);
    }
    return std::nullopt;
}

namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<Ip> Ip::parse(std::string_view text) {
    char buffer[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof(buffer)) return std::nullopt;
    std::memcpy(buffer, text.data(), text.size());
    buffer[text.size()] = '\0';
    Ip ip;
    if (text.find(':') == std::string_view::npos) {
        std::copy(v4_prefix.begin(), v4_prefix.end(), ip.bytes.begin());
        if (::inet_pton(AF_INET, buffer, ip.bytes.data() + 12) != 1) return std::nullopt;
        return ip;
    }
    if (::inet_pton(AF_INET6, buffer, ip.bytes.data()) != 1) return std::nullopt;
    return ip;
}

std::string Ip::text() const {
    char buffer[INET6_ADDRSTRLEN];
    if (std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin())) {
        ::inet_ntop(AF_INET, bytes.data() + 12, buffer, sizeof(buffer));
    } else {
        ::inet_ntop(AF_INET6, bytes.data(), buffer, sizeof(buffer));
    }
    return buffer;
}

}  // namespace event
