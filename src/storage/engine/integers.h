#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace storage::engine {

// Integers as few bits as their range or their steps need. Appends to `out`; the count of values is
// not part of it.
//
// Layout: mode (1 byte): 0 constant, 1 frame of reference, 2 differences; then zigzag varints: the
// first value; for 1 and 2 the power-of-ten divisor's exponent, the base (smallest value or
// difference, divided); then mini-blocks of 128 values: width in bits (1 byte), 16·width bytes, the
// last cut to what its values need. Frame of reference: (value - first)/divisor - base.
// Differences: (value - value before)/divisor - base.
void encode_integers(std::span<const std::int64_t> values, std::string& out);

// Corrupt when the bytes are not an encoding of `count` values.
base::Status decode_integers(std::string_view bytes, std::size_t count,
                             std::vector<std::int64_t>& out);

// The values at some positions (ascending, repeats allowed), appended to `out`: unpacks no more
// mini-blocks than needed.
base::Status decode_integers_at(std::string_view bytes, std::size_t count,
                                std::span<const std::uint32_t> positions,
                                std::vector<std::int64_t>& out);

// The same for dictionary codes and row numbers.
void encode_codes(std::span<const std::uint32_t> values, std::string& out);
base::Status decode_codes(std::string_view bytes, std::size_t count,
                          std::vector<std::uint32_t>& out);
base::Status decode_codes_at(std::string_view bytes, std::size_t count,
                             std::span<const std::uint32_t> positions,
                             std::vector<std::uint32_t>& out);

}  // namespace storage::engine
