#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "storage/engine/manifest.h"

namespace storage::engine {

// The manifest in its directory, kept twice: `manifest` and `manifest.copy` have the same bytes,
// and nothing that one of them names is removed before both are durable. When neither can be read,
// it is made again from what the parts say about themselves. One thread at a time.
class ManifestFiles {
  public:
    struct Found {
        Manifest manifest;
        // When it was made again: parts that another one (`into`, its id) was merged
        // from and that are still there. Their deleted rows are deleted in it too.
        struct Replaced {
            Manifest::PartEntry entry;
            std::uint64_t into = 0;
        };
        std::vector<Replaced> replaced;
        std::vector<std::string> damage;  // for people: what was found and gone round
    };

    ManifestFiles(base::FileSystem& files, std::string directory)
        : files_(files), directory_(std::move(directory)) {}

    // Damage is no failure. Corrupt: written by a newer program. A new directory gets a manifest.
    base::Result<Found> load();

    // A failure of write() changed nothing; after one of put() the next start may find either the
    // old or the new manifest.
    base::Status write(const Manifest& manifest);
    base::Status put();

  private:
    base::Result<Manifest> read(const std::string& path);
    base::Result<Found> make();
    Found rebuild();
    void set_aside(const std::string& path);
    std::string path() const { return directory_ + "/manifest"; }
    std::string copy_path() const { return directory_ + "/manifest.copy"; }

    base::FileSystem& files_;
    std::string directory_;
};

// The directories `parts/<index>/<day>/<name>` below `data`, as paths below it. What cannot be
// listed is passed over and named in `trouble`.
std::vector<std::string> part_directories(base::FileSystem& files, const std::string& data,
                                          std::vector<std::string>& trouble);

}  // namespace storage::engine
