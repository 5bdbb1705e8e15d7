#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace base {

namespace {

Error system_error(std::string_view what, const std::string& path, int number) {
    const Code code = number == ENOENT ? Code::not_found
                      : number == ENOSPC || number == EDQUOT || number == EMFILE || number == ENFILE
                          ? Code::busy
                          : Code::io;
    return {code, fmt::format("cannot {} {}: {}", what, path, std::strerror(number))};
}

class SystemFile final : public File {
  public:
    SystemFile(int descriptor, std::string path)
        : descriptor_(descriptor), path_(std::move(path)) {}
    ~SystemFile() override { ::close(descriptor_); }
    SystemFile(const SystemFile&) = delete;
    SystemFile& operator=(const SystemFile&) = delete;

    Status pread(std::uint64_t offset, std::size_t size, char* out) const override {
        while (size > 0) {
            const ssize_t got = ::pread(descriptor_, out, size, static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return system_error("read", path_, errno);
            if (got == 0) {
                return Error(Code::corrupt, fmt::format("{} ends at byte {}, {} more expected",
                                                        path_, offset, size));
            }
            out += got;
            offset += static_cast<std::uint64_t>(got);
            size -= static_cast<std::size_t>(got);
        }
        return ok();
    }

    Status pwrite(std::uint64_t offset, std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t put =
                ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return system_error("write", path_, errno);
            bytes.remove_prefix(static_cast<std::size_t>(put));
            offset += static_cast<std::uint64_t>(put);
        }
        return ok();
    }

    Status allocate(std::uint64_t size) override {
        int failure = 0;
        do {
            failure = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
        } while (failure == EINTR);
        if (failure != 0) return system_error("reserve space for", path_, failure);
        return ok();
    }

    Status truncate(std::uint64_t size) override {
        if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0)
            return system_error("truncate", path_, errno);
        return ok();
    }

    Status sync() override {
        if (::fdatasync(descriptor_) != 0) {
            return Error(Code::io, fmt::format("cannot sync {}: {}", path_, std::strerror(errno)));
        }
        return ok();
    }

    Result<std::uint64_t> size() const override {
        struct stat status{};
        if (::fstat(descriptor_, &status) != 0) return system_error("stat", path_, errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

  private:
    int descriptor_;
    std::string path_;
};

class SystemFiles final : public FileSystem {
  public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
        int flags = O_CLOEXEC;
        if (mode == OpenMode::read) flags |= O_RDONLY;
        if (mode == OpenMode::write) flags |= O_RDWR;
        if (mode == OpenMode::create) flags |= O_RDWR | O_CREAT | O_TRUNC;
        const int descriptor = ::open(path.c_str(), flags, 0640);
        if (descriptor < 0) return system_error("open", path, errno);
        return std::unique_ptr<File>(std::make_unique<SystemFile>(descriptor, path));
    }

    Status rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) return system_error("rename", from, errno);
        return ok();
    }

    Status remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0) return system_error("remove", path, errno);
        return ok();
    }

    Status remove_all(const std::string& path) override {
        std::error_code failure;
        std::filesystem::remove_all(path, failure);
        if (failure) return system_error("remove", path, failure.value());
        return ok();
    }

    Status make_directories(const std::string& path) override {
        std::error_code failure;
        std::filesystem::create_directories(path, failure);
        if (failure) return system_error("make directory", path, failure.value());
        return ok();
    }

    Status sync_directory(const std::string& path) override {
        const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (descriptor < 0) return system_error("open directory", path, errno);
        const int failed = ::fsync(descriptor);
        const int number = errno;
        ::close(descriptor);
        if (failed != 0) return system_error("sync directory", path, number);
        return ok();
    }

    Result<std::vector<std::string>> list(const std::string& path) override {
        std::error_code failure;
        std::filesystem::directory_iterator entries(path, failure);
        if (failure) return system_error("list", path, failure.value());
        std::vector<std::string> names;
        for (; entries != std::filesystem::directory_iterator(); entries.increment(failure)) {
            if (failure) return system_error("list", path, failure.value());
            names.push_back(entries->path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    bool exists(const std::string& path) override {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0;
    }

    Result<Space> space(const std::string& path) override {
        struct statvfs status{};
        if (::statvfs(path.c_str(), &status) != 0)
            return system_error("ask for the free space of", path, errno);
        const std::uint64_t block = status.f_frsize;
        return Space{status.f_bavail * block, status.f_blocks * block};
    }
};

}  // namespace

Result<std::string> FileSystem::read_file(const std::string& path, std::uint64_t limit) {
    TRY(auto file, open(path, OpenMode::read));
    TRY(const auto size, file->size());
    if (size > limit) {
        return Error(Code::too_large,
                     fmt::format("{} has {} bytes, at most {} expected", path, size, limit));
    }
    std::string bytes(size, '\0');
    TRY(file->pread(0, size, bytes.data()));
    return bytes;
}

Status FileSystem::replace_file(const std::string& path, std::string_view bytes) {
    TRY(write_replacement(path, bytes));
    return put_replacement(path);
}

Status FileSystem::write_replacement(const std::string& path, std::string_view bytes) {
    TRY(auto file, open(path + ".new", OpenMode::create));
    TRY(file->pwrite(0, bytes));
    return file->sync();
}

Status FileSystem::put_replacement(const std::string& path) {
    TRY(rename(path + ".new", path));
    return sync_directory(std::filesystem::path(path).parent_path().string());
}

FileSystem& system_files() {
    static SystemFiles files;
    return files;
}

Result<std::unique_ptr<FileLock>> FileLock::take(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (descriptor < 0) return system_error("open", path, errno);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return Error(Code::conflict,
                     fmt::format("{} is locked: another ordertrail uses this directory", path));
    }
    return std::unique_ptr<FileLock>(new FileLock(descriptor));
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace base
