#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace input::files {

// How far a file was read, and by what it is known again.
struct FileState {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    // Drawn when the file, or what took its place under the same inode, was first seen; with the
    // offset of an event it makes the event's id.
    std::uint64_t identity = 0;
    std::uint64_t offset = 0;
    // Of its first bytes, so that another file of the same inode is not taken for it.
    std::uint32_t prefix_size = 0;
    std::uint64_t prefix_hash = 0;
    base::Nanos seen = 0;
    std::string path;
};

// Empty when there is no such file yet. Corrupt for one that cannot be read.
base::Result<std::vector<FileState>> load_checkpoints(const std::string& path);
// Durable when it returns.
base::Status save_checkpoints(const std::string& path, const std::vector<FileState>& states);

}  // namespace input::files
