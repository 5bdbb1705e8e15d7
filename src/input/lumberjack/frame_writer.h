#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

// What a client of lumberjack's version 2 sends; for tests, benchmarks and seeds.

namespace input::lumberjack {

inline void append_number(std::uint32_t value, std::string& to) {
    for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>(value >> shift));
}

inline std::string window(std::uint32_t count) {
    std::string frame = "2W";
    append_number(count, frame);
    return frame;
}

inline std::string json(std::uint32_t sequence, std::string_view event) {
    std::string frame = "2J";
    append_number(sequence, frame);
    append_number(static_cast<std::uint32_t>(event.size()), frame);
    return frame += event;
}

inline std::string compressed(std::string_view frames, int level = 3) {
    std::string packed(::compressBound(frames.size()), '\0');
    uLongf size = packed.size();
    ::compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(frames.data()), frames.size(), level);
    std::string frame = "2C";
    append_number(static_cast<std::uint32_t>(size), frame);
    return frame.append(packed, 0, size);
}

inline std::string acknowledgement(std::uint32_t sequence) {
    std::string frame = "2A";
    append_number(sequence, frame);
    return frame;
}

}  // namespace input::lumberjack
