#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/file.h"

namespace storage::engine {

// Files opened for reading, of which only so many have a descriptor: the others are opened again
// when they are read. So a store may have any number of parts. Everything else goes through to the
// files below. Thread-safe; outlives the files that it opened.
class PooledFiles final : public base::FileSystem {
  public:
    // `most`: descriptors that stay open between reads.
    PooledFiles(base::FileSystem& files, std::size_t most) : files_(files), most_(most) {}

    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override;
    base::Status rename(const std::string& from, const std::string& to) override {
        return files_.rename(from, to);
    }
    base::Status remove(const std::string& path) override { return files_.remove(path); }
    base::Status remove_all(const std::string& path) override { return files_.remove_all(path); }
    base::Status make_directories(const std::string& path) override {
        return files_.make_directories(path);
    }
    base::Status sync_directory(const std::string& path) override {
        return files_.sync_directory(path);
    }
    base::Result<std::vector<std::string>> list(const std::string& path) override {
        return files_.list(path);
    }
    bool exists(const std::string& path) override { return files_.exists(path); }
    base::Result<base::Space> space(const std::string& path) override { return files_.space(path); }

    std::size_t descriptors() const;

  private:
    class PooledFile;

    base::Result<std::shared_ptr<const base::File>> take(std::uint64_t number,
                                                         const std::string& path);
    void forget(std::uint64_t number);
    // Lets go of the files that were read longest ago. REQUIRES: the lock is held.
    void shrink(std::size_t to);

    struct Open {
        std::shared_ptr<const base::File> file;
        std::list<std::uint64_t>::iterator place;
    };

    base::FileSystem& files_;
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::uint64_t next_ = 0;
    std::list<std::uint64_t> order_;  // the latest first
    std::unordered_map<std::uint64_t, Open> open_;
};

// How many descriptors a store may keep for its parts: a quarter of what the process may have, for
// connections need the most.
std::size_t descriptors_for_parts();

}  // namespace storage::engine
