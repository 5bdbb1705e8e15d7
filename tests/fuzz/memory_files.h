#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "base/file.h"

// Files in memory, for readers that are given damaged ones many thousand times a second.

namespace fuzz {

class MemoryFiles final : public base::FileSystem {
  public:
    std::map<std::string, std::shared_ptr<std::string>> files;

    void put(const std::string& path, std::string bytes) {
        files[path] = std::make_shared<std::string>(std::move(bytes));
    }

    base::Result<std::unique_ptr<base::File>> open(const std::string& path,
                                                   base::OpenMode mode) override {
        if (mode == base::OpenMode::create) put(path, "");
        const auto found = files.find(path);
        if (found == files.end()) return base::Error(base::Code::not_found, path + " is not there");
        return std::unique_ptr<base::File>(std::make_unique<MemoryFile>(found->second));
    }
    base::Status rename(const std::string& from, const std::string& to) override {
        files[to] = files[from];
        files.erase(from);
        return base::ok();
    }
    base::Status remove(const std::string& path) override {
        files.erase(path);
        return base::ok();
    }
    base::Status remove_all(const std::string& path) override {
        std::erase_if(files, [&](const auto& file) { return file.first.starts_with(path + "/"); });
        return base::ok();
    }
    base::Status make_directories(const std::string&) override { return base::ok(); }
    base::Status sync_directory(const std::string&) override { return base::ok(); }
    base::Result<std::vector<std::string>> list(const std::string& path) override {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : files) {
            if (!name.starts_with(path + "/")) continue;
            auto rest = name.substr(path.size() + 1);
            rest = rest.substr(0, rest.find('/'));
            if (names.empty() || names.back() != rest) names.push_back(rest);
        }
        return names;
    }
    bool exists(const std::string& path) override { return files.count(path) != 0; }
    base::Result<base::Space> space(const std::string&) override {
        return base::Space{1ULL << 40, 1ULL << 40};
    }

  private:
    class MemoryFile final : public base::File {
      public:
        explicit MemoryFile(std::shared_ptr<std::string> bytes) : bytes_(std::move(bytes)) {}

        base::Status pread(std::uint64_t offset, std::size_t size, char* out) const override {
            if (offset > bytes_->size() || size > bytes_->size() - offset) {
                return base::Error(base::Code::corrupt, "the file ends before");
            }
            if (size > 0) std::memcpy(out, bytes_->data() + offset, size);
            return base::ok();
        }
        base::Status pwrite(std::uint64_t offset, std::string_view bytes) override {
            if (bytes_->size() < offset + bytes.size()) bytes_->resize(offset + bytes.size());
            bytes_->replace(offset, bytes.size(), bytes);
            return base::ok();
        }
        base::Status allocate(std::uint64_t size) override {
            if (bytes_->size() < size) bytes_->resize(size);
            return base::ok();
        }
        base::Status truncate(std::uint64_t size) override {
            bytes_->resize(size);
            return base::ok();
        }
        base::Status sync() override { return base::ok(); }
        base::Result<std::uint64_t> size() const override { return bytes_->size(); }

      private:
        std::shared_ptr<std::string> bytes_;
    };
};

}  // namespace fuzz
