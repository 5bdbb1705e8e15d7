#pragma once

#include <cstdint>
#include <exception>
#include <protozero/pbf_reader.hpp>
#include <string_view>

// What protozero::pbf_reader lacks. A field of another wire type than the protocol's is unknown,
// and skipped.

namespace input::otlp {

constexpr std::uint32_t varint_field(std::uint32_t field) {
    return protozero::tag_and_type(field, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed32_field(std::uint32_t field) {
    return protozero::tag_and_type(field, protozero::pbf_wire_type::fixed32);
}
constexpr std::uint32_t fixed64_field(std::uint32_t field) {
    return protozero::tag_and_type(field, protozero::pbf_wire_type::fixed64);
}
constexpr std::uint32_t bytes_field(std::uint32_t field) {
    return protozero::tag_and_type(field, protozero::pbf_wire_type::length_delimited);
}

inline std::string_view bytes_of(protozero::pbf_reader& reader) {
    const auto view = reader.get_view();
    return {view.data(), view.size()};
}

struct NestedTooDeeply : std::exception {
    const char* what() const noexcept override { return "nested too deeply"; }
};

}  // namespace input::otlp
