#pragma once

#include <string>

#include "base/result.h"

namespace app {

// A directory that is removed with all it holds when its owner ends.
class TemporaryDirectory {
  public:
    // Under $TMPDIR or /tmp, named after `prefix`.
    static base::Result<TemporaryDirectory> create(const std::string& prefix);
    ~TemporaryDirectory();
    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;

    const std::string& path() const { return path_; }

  private:
    explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;
};

}  // namespace app
