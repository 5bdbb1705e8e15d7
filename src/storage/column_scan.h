#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "event/column.h"
#include "storage/row_set.h"

// Loops over a column's values that end in bits of rows. `test(value position)` must be cheap and
// free of branches where the loops shall become vector code.

namespace storage {

// 64 bytes of 0 or 1 as 64 bits.
inline std::uint64_t bits_of(const std::uint8_t* bytes) {
    std::uint64_t bits = 0;
    for (std::size_t at = 0; at < 8; ++at) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, bytes + at * 8, 8);
        bits |= ((eight * 0x0102040810204080ULL) >> 56) << (at * 8);
    }
    return bits;
}

// Values that belong to row 0, 1, 2 …: adds to `found` the rows among `wanted` whose value passes.
template <typename Test>
void scan_dense(std::size_t size, const RowSet& wanted, RowSet& found, Test test) {
    const std::vector<std::uint64_t>& wanted_words = wanted.words();
    std::vector<std::uint64_t>& found_words = found.words();
    std::uint8_t passed[64];
    for (std::size_t word = 0; word * 64 < size; ++word) {
        if (wanted_words[word] == 0) continue;
        const std::size_t first = word * 64;
        if (first + 64 <= size) {
            for (std::size_t at = 0; at < 64; ++at) passed[at] = test(first + at) ? 1 : 0;
        } else {
            std::memset(passed, 0, sizeof(passed));
            for (std::size_t at = 0; first + at < size; ++at) passed[at] = test(first + at) ? 1 : 0;
        }
        found_words[word] |= bits_of(passed) & wanted_words[word];
    }
}

// Any column.
template <typename Test>
void scan(const event::Column& column, const RowSet& wanted, RowSet& found, Test test) {
    if (column.rows.empty()) {
        scan_dense(column.size(), wanted, found, test);
        return;
    }
    const std::size_t size = column.rows.size();
    const std::uint32_t count = wanted.count();
    if (std::size_t{count} * 16 < size) {
        wanted.for_each([&](std::uint32_t row) {
            const auto [first, last] = column.values_of(row);
            for (std::size_t value = first; value < last; ++value) {
                if (test(value)) {
                    found.add(row);
                    break;
                }
            }
        });
        return;
    }
    for (std::size_t value = 0; value < size; ++value) {
        const std::uint32_t row = column.rows[value];
        if (wanted.contains(row) && test(value)) found.add(row);
    }
}

}  // namespace storage
