#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

// An open file. One thread writes at a time; pread is thread-safe. Closed by the destructor.
class File {
  public:
    virtual ~File() = default;

    // Reads exactly `size` bytes at `offset` into `out`. Corrupt when the file ends before, Io
    // otherwise.
    virtual Status pread(std::uint64_t offset, std::size_t size, char* out) const = 0;

    // Writes all bytes at `offset`. Busy when the disk is full, Io otherwise; what was written is
    // then unknown.
    virtual Status pwrite(std::uint64_t offset, std::string_view bytes) = 0;

    // Reserves space so that later writes below `size` cannot find the disk full. Busy when it is
    // full.
    virtual Status allocate(std::uint64_t size) = 0;

    virtual Status truncate(std::uint64_t size) = 0;

    // Returns when data and size are on stable storage. Never call again after a failure: the
    // kernel may have dropped the pages (see "Can Applications Recover from fsync Failures?", ATC
    // 2020).
    virtual Status sync() = 0;

    virtual Result<std::uint64_t> size() const = 0;
};

enum class OpenMode {
    read,    // must exist
    write,   // must exist, read and write
    create,  // made anew, an old one is emptied, read and write
};

// Of a file system: what may still be written, and its whole size.
struct Space {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
};

// The way to the disk for everything that is kept. Thread-safe. Tests put faults between it and the
// disk.
class FileSystem {
  public:
    virtual ~FileSystem() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Status rename(const std::string& from, const std::string& to) = 0;
    virtual Status remove(const std::string& path) = 0;
    // Removes a directory with all it holds; done when it is not there.
    virtual Status remove_all(const std::string& path) = 0;
    virtual Status make_directories(const std::string& path) = 0;
    // Makes creations, renames and removals in a directory durable.
    virtual Status sync_directory(const std::string& path) = 0;
    // Names (not paths) of files and directories, sorted. NotFound when there is no such directory.
    virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
    virtual bool exists(const std::string& path) = 0;
    // Of the file system that holds a path.
    virtual Result<Space> space(const std::string& path) = 0;

    // Reads a whole file. TooLarge above `limit` bytes.
    Result<std::string> read_file(const std::string& path, std::uint64_t limit = 1ULL << 30);

    // Replaces a file as a whole: after a crash either the old or the new content is there.
    Status replace_file(const std::string& path, std::string_view bytes);
    // The two steps of it, for callers that must know in which one it failed: a failure of the
    // first changed nothing, after one of the second either content may be there.
    Status write_replacement(const std::string& path, std::string_view bytes);
    Status put_replacement(const std::string& path);
};

// The operating system's files. Lives as long as the program.
FileSystem& system_files();

// An exclusive lock on a file, made if missing; released by the destructor or the process's end.
// Conflict when another process holds it.
class FileLock {
  public:
    static Result<std::unique_ptr<FileLock>> take(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace base
