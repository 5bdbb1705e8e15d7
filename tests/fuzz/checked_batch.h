#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "event/batch.h"
#include "fuzz/fuzz.h"

// What everybody behind a batch relies on.

namespace fuzz {

inline void check_column(const event::Column& column, std::uint32_t rows) {
    const std::size_t size = column.size();
    FUZZ_REQUIRE(column.rows.empty() || column.rows.size() == size, "a row for each value");
    FUZZ_REQUIRE(std::is_sorted(column.rows.begin(), column.rows.end()), "rows ascend");
    FUZZ_REQUIRE(size == 0 || column.row_of(size - 1) < rows, "rows are the batch's");
    if (column.type != event::Type::string) return;
    for (const std::uint32_t code : column.codes) {
        FUZZ_REQUIRE(code < column.pool->size(), "codes are the pool's");
    }
}

inline void check_batch(const event::Batch& batch) {
    for (const auto& column : batch.columns()) check_column(column, batch.rows());
}

// As bytes and back it stays the same.
inline void check_codec(const event::Batch& batch) {
    std::string bytes;
    event::encode(batch, bytes);
    const auto decoded = event::decode_batch(bytes);
    FUZZ_REQUIRE(decoded, "a batch that was encoded is decoded");
    if (!decoded) return;
    check_batch(decoded.value());
    std::string again;
    event::encode(decoded.value(), again);
    FUZZ_REQUIRE(bytes == again, "a batch comes back as it was");
}

}  // namespace fuzz
