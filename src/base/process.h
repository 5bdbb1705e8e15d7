#pragma once

#include <cstdint>

namespace base {

// Memory of this process that is in RAM, in bytes; 0 where the system does not tell.
std::uint64_t resident_bytes();

}  // namespace base
