#include <filesystem>
#include <system_error>

#include "storage/engine/engine_store.h"

namespace storage::engine {

namespace {

std::uint64_t bytes_of_files(const std::string& directory) {
    std::uint64_t sum = 0;
    std::error_code failed;
    std::filesystem::directory_iterator each(directory, failed);
    for (; !failed && each != std::filesystem::directory_iterator(); each.increment(failed)) {
        std::error_code gone;  // files come and go while they are counted
        const auto size = each->file_size(gone);
        if (!gone) sum += size;
    }
    return sum;
}

}  // namespace

StoreSizes EngineStore::sizes() const {
    StoreSizes sizes;
    sizes.log_bytes = bytes_of_files(options_.directory + "/log");
    if (const auto space = files_.space(options_.directory)) {
        sizes.disk_free_bytes = space.value().free_bytes;
        sizes.disk_total_bytes = space.value().total_bytes;
    }
    sizes.cache_bytes = cache_->bytes();
    sizes.cache_limit_bytes = options_.cache_bytes;
    sizes.merges_running = std::unique_lock(merge_mutex_, std::try_to_lock).owns_lock() ? 0 : 1;
    const std::lock_guard lock(state_mutex_);
    for (const auto& [key, views] : parts_) sizes.parts += views.size();
    sizes.memory_rows = active_->rows();
    for (const auto& sealed : sealed_) sizes.memory_rows += sealed->rows();
    return sizes;
}

}  // namespace storage::engine
