#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace storage::engine {

// Bloom filters whose probes for one key stay in one cache line (Putze, Sanders, Singler 2007): 10
// bits a key, 6 probes, about 1 % false positives. Keys are hashes by base::hash_of. The form is
// part of the on-disk format.
namespace filter {

inline constexpr std::size_t line_bytes = 64;
inline constexpr std::size_t bits_per_key = 10;
inline constexpr unsigned probes = 6;

__extension__ using DoubleWord = unsigned __int128;

inline std::size_t bytes_for(std::size_t keys) {
    return (keys * bits_per_key / 8 / line_bytes + 1) * line_bytes;
}

// Calls `use` with each probe's bit number; stops when it returns false.
template <typename Use>
bool each_probe(std::uint64_t hash, std::size_t bytes, Use use) {
    const std::size_t lines = bytes / line_bytes;
    const auto line = static_cast<std::size_t>((static_cast<DoubleWord>(hash) * lines) >> 64);
    // Line and probes take different bits: the line the high ones, the probes a scramble of all.
    std::uint64_t bits = hash * 0x9e3779b97f4a7c15ULL;
    for (unsigned probe = 0; probe < probes; ++probe) {
        if (!use(line * line_bytes * 8 + (bits & 511))) return false;
        bits >>= 9;
    }
    return true;
}

inline std::string build(std::span<const std::uint64_t> hashes) {
    std::string bytes(bytes_for(hashes.size()), '\0');
    for (const std::uint64_t hash : hashes) {
        each_probe(hash, bytes.size(), [&bytes](std::size_t bit) {
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] | (1 << (bit % 8)));
            return true;
        });
    }
    return bytes;
}

// False: certainly not among the keys.
inline bool may_contain(std::string_view bytes, std::uint64_t hash) {
    if (bytes.size() < line_bytes) return true;
    return each_probe(hash, bytes.size() / line_bytes * line_bytes,
                      [bytes](std::size_t bit) { return (bytes[bit / 8] >> (bit % 8)) & 1; });
}

}  // namespace filter

}  // namespace storage::engine
