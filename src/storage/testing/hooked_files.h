#pragma once

#include <functional>
#include <string>

#include "base/file.h"

namespace storage::testing {

// The operating system's files with a way in: tests act, or make an operation fail, at a moment of
// their choosing. The hooks are called on whatever thread comes by.
class HookedFiles final : public base::FileSystem {
  public:
    std::function<void(const std::string& path)> before_create;
    std::function<base::Status(const std::string& path)> before_open;
    std::function<base::Status(const std::string& path)> before_sync_directory;
    std::function<std::uint64_t()> free;  // bytes of the disk

    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override {
        if (before_open) TRY(before_open(path));
        if (mode == base::OpenMode::create && before_create) before_create(path);
        return real_.open(path, mode);
    }
    base::Status rename(const std::string& from, const std::string& to) override {
        return real_.rename(from, to);
    }
    base::Status remove(const std::string& path) override { return real_.remove(path); }
    base::Status remove_all(const std::string& path) override { return real_.remove_all(path); }
    base::Status make_directories(const std::string& path) override {
        return real_.make_directories(path);
    }
    base::Status sync_directory(const std::string& path) override {
        if (before_sync_directory) TRY(before_sync_directory(path));
        return real_.sync_directory(path);
    }
    base::Result<std::vector<std::string>> list(const std::string& path) override {
        return real_.list(path);
    }
    bool exists(const std::string& path) override { return real_.exists(path); }
    base::Result<base::Space> space(const std::string& path) override {
        TRY(auto space, real_.space(path));
        if (free) space.free_bytes = free();
        return space;
    }

  private:
    base::FileSystem& real_ = base::system_files();
};

}  // namespace storage::testing
