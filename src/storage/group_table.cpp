#include "storage/group_table.h"

#include <absl/container/flat_hash_map.h>

namespace storage {

struct PairTable::Hashed {
    absl::flat_hash_map<std::uint64_t, std::uint32_t> numbers;
};

PairTable::PairTable() : hashed_(std::make_unique<Hashed>()) {}
PairTable::~PairTable() = default;
PairTable::PairTable(PairTable&&) noexcept = default;

std::uint32_t PairTable::hashed(std::uint32_t first, std::uint32_t second) {
    const auto [found, is_new] =
        hashed_->numbers.try_emplace((std::uint64_t{first} << 32) | second, size());
    if (is_new) add(first, second);
    return found->second;
}

}  // namespace storage
