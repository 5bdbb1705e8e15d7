#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace storage::engine {

// Doubles that are decimals of few places, as prices and durations are, become integers; others are
// compressed as they are. Every bit pattern comes back. Layout: 0 raw or 1 + decimal places (1
// byte); then compressed 8-byte values, or the values times 10^places as integers.h has them.
void encode_numbers(std::span<const double> values, int level, std::string& out);
base::Status decode_numbers(std::string_view bytes, std::size_t count, std::vector<double>& out);
// The values at some positions (ascending, repeats allowed), appended to `out`.
base::Status decode_numbers_at(std::string_view bytes, std::size_t count,
                               std::span<const std::uint32_t> positions, std::vector<double>& out);

}  // namespace storage::engine
