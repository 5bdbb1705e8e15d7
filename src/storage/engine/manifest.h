#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"

namespace storage::engine {

// Which parts there are, and from where on the log is still needed: one small file, replaced as a
// whole. What it does not name does not exist. docs/format/manifest.md has the layout.
struct Manifest {
    struct PartEntry {
        std::uint64_t id = 0;
        std::string directory;              // below the data directory
        std::uint64_t deleted_version = 0;  // 0: no rows deleted; else the file `deleted.<version>`
    };

    std::uint64_t next_part = 1;
    std::uint64_t next_sequence = 1;  // no part holds a row of this or a later number
    std::uint64_t log_start = 1;      // first log segment that is needed
    std::string cluster_id;           // made once, for clients that want to know whom they talk to
    std::vector<PartEntry> parts;

    std::string encode() const;
    // Corrupt; InvalidArgument for a whole manifest of a version that is not known.
    static base::Result<Manifest> decode(std::string_view bytes);
};

}  // namespace storage::engine
