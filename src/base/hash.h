#pragma once

#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace base {

// XXH3, 64 bits. The value is part of the on-disk format: checksums and filters depend on it.
inline std::uint64_t hash_of(std::string_view bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace base
