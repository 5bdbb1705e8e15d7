#include "storage/engine/pooled_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace storage::engine {

class PooledFiles::PooledFile final : public base::File {
  public:
    PooledFile(PooledFiles& pool, std::uint64_t number, std::string path)
        : pool_(pool), number_(number), path_(std::move(path)) {}
    ~PooledFile() override { pool_.forget(number_); }
    PooledFile(const PooledFile&) = delete;
    PooledFile& operator=(const PooledFile&) = delete;

    base::Status pread(std::uint64_t offset, std::size_t size, char* out) const override {
        TRY(const auto file, pool_.take(number_, path_));
        return file->pread(offset, size, out);
    }
    base::Result<std::uint64_t> size() const override {
        TRY(const auto file, pool_.take(number_, path_));
        return file->size();
    }
    base::Status pwrite(std::uint64_t, std::string_view) override { return refused(); }
    base::Status allocate(std::uint64_t) override { return refused(); }
    base::Status truncate(std::uint64_t) override { return refused(); }
    base::Status sync() override { return refused(); }

  private:
    base::Error refused() const {
        return {base::Code::internal, path_ + " was opened for reading only"};
    }

    PooledFiles& pool_;
    const std::uint64_t number_;
    const std::string path_;
};

base::Result<std::unique_ptr<base::File>> PooledFiles::open(const std::string& path,
                                                            base::OpenMode mode) {
    if (mode != base::OpenMode::read) return files_.open(path, mode);
    std::uint64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = next_++;
    }
    std::unique_ptr<base::File> file = std::make_unique<PooledFile>(*this, number, path);
    TRY(take(number, path));  // so that a missing one shows now
    return file;
}

base::Result<std::shared_ptr<const base::File>> PooledFiles::take(std::uint64_t number,
                                                                  const std::string& path) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = open_.find(number); found != open_.end()) {
            order_.splice(order_.begin(), order_, found->second.place);
            return found->second.file;
        }
    }
    auto opened = files_.open(path, base::OpenMode::read);
    if (!opened && opened.error().code == base::Code::busy) {
        // No descriptor is left: others took more than was thought of.
        {
            const std::lock_guard lock(mutex_);
            shrink(0);
        }
        opened = files_.open(path, base::OpenMode::read);
    }
    if (!opened) return opened.error();
    std::shared_ptr<const base::File> file = std::move(opened.value());
    const std::lock_guard lock(mutex_);
    const auto [entry, made] = open_.try_emplace(number);
    if (!made) return entry->second.file;  // another thread was faster
    order_.push_front(number);
    entry->second = {file, order_.begin()};
    shrink(most_);
    return file;
}

void PooledFiles::forget(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(number);
    if (found == open_.end()) return;
    order_.erase(found->second.place);
    open_.erase(found);
}

void PooledFiles::shrink(std::size_t to) {
    while (order_.size() > to) {
        open_.erase(order_.back());
        order_.pop_back();
    }
}

std::size_t PooledFiles::descriptors() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

std::size_t descriptors_for_parts() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
    return std::clamp<std::size_t>(limit.rlim_cur / 4, 4, 4096);
}

}  // namespace storage::engine
