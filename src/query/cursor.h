#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "storage/store.h"

namespace query {

// Where the next page begins: behind the last row of the page before. Text form: URL-safe, opaque,
// the same over restarts. It holds no data of rows but a time and a sequence number.
struct Cursor {
    storage::Position after;
    storage::Order order = storage::Order::newest_first;
    std::uint64_t fingerprint = 0;  // Selection::fingerprint

    std::string text() const;
    // InvalidArgument for anything that text() did not make.
    static base::Result<Cursor> parse(std::string_view text);
};

}  // namespace query
