#include "app/demo/temporary_directory.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/log.h"

namespace app {

base::Result<TemporaryDirectory> TemporaryDirectory::create(const std::string& prefix) {
    const char* parent = std::getenv("TMPDIR");
    std::string path =
        fmt::format("{}/{}-XXXXXX", parent != nullptr && *parent != '\0' ? parent : "/tmp", prefix);
    if (::mkdtemp(path.data()) == nullptr) {
        return base::Error(base::Code::io, fmt::format("cannot make a temporary directory {}: {}",
                                                       path, std::strerror(errno)));
    }
    return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, std::string())) {}

TemporaryDirectory::~TemporaryDirectory() {
    if (path_.empty()) return;
    if (const auto removed = base::system_files().remove_all(path_); !removed) {
        base::log().warn("{}", removed.error().message);
    }
}

}  // namespace app
