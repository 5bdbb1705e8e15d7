#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/string_map.h"
#include "storage/engine/part_format.h"
#include "storage/engine/row_source.h"

namespace storage::engine {

struct PartOptions {
    std::uint64_t id = 0;
    std::string index;
    std::int32_t day = 0;
    std::vector<std::uint64_t> replaces;
    int compression = 1;         // zstd level
    std::stop_token stop;        // looked at between columns, and in them: Cancelled
    std::size_t columns = 2000;  // of clients' fields; further ones go to `_overflow`
    const base::StringSet* id_fields =
        nullptr;  // exact-id index even where nearly every value is new
};

// Writes the sources' rows that are not deleted, in the order of time, as a new part below
// `directory` (made, with its parents), and returns when all of it is on stable storage. NotFound
// when no row is left; then nothing is written. Other failures leave a directory that is no part
// (no meta file). Memory: about 40 bytes a row, one column's values of a window of rows, and
// dictionaries.
base::Result<PartMeta> write_part(base::FileSystem& files, const std::string& directory,
                                  const PartOptions& options,
                                  const std::vector<std::shared_ptr<RowSource>>& sources);

}  // namespace storage::engine
