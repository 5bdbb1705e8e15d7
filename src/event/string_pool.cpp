#include "event/string_pool.h"

#include "base/hash.h"

namespace event {

namespace {

std::uint32_t short_hash(std::string_view text) {
    return static_cast<std::uint32_t>(base::hash_of(text));
}

}  // namespace

std::uint32_t StringPool::append(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    return size() - 1;
}

std::uint32_t StringPool::intern(std::string_view text) {
    if (hashes_.size() * 2 >= slots_.size()) grow();
    const std::uint32_t hash = short_hash(text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
        const std::uint32_t entry = slots_[slot];
        if (entry == 0) {
            slots_[slot] = size() + 1;
            hashes_.push_back(hash);
            return append(text);
        }
        if (hashes_[entry - 1] == hash && (*this)[entry - 1] == text) return entry - 1;
    }
}

std::optional<std::uint32_t> StringPool::find(std::string_view text) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t hash = short_hash(text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask;; slot = (slot + 1) & mask) {
        const std::uint32_t entry = slots_[slot];
        if (entry == 0) return std::nullopt;
        if (hashes_[entry - 1] == hash && (*this)[entry - 1] == text) return entry - 1;
    }
}

std::optional<std::uint32_t> StringPool::find_sorted(std::string_view text) const {
    std::uint32_t low = 0;
    std::uint32_t high = size();
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if ((*this)[middle] < text) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < size() && (*this)[low] == text) return low;
    return std::nullopt;
}

void StringPool::grow() {
    slots_.assign(slots_.empty() ? 64 : slots_.size() * 2, 0);
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t entry = 0; entry < hashes_.size(); ++entry) {
        std::size_t slot = hashes_[entry] & mask;
        while (slots_[slot] != 0) slot = (slot + 1) & mask;
        slots_[slot] = entry + 1;
    }
}

void StringPool::seal() {
    std::vector<std::uint32_t>().swap(slots_);
    std::vector<std::uint32_t>().swap(hashes_);
}

std::size_t StringPool::memory() const {
    return bytes_.capacity() + (ends_.capacity() + hashes_.capacity() + slots_.capacity()) * 4;
}

void StringPool::assign(std::string bytes, std::vector<std::uint32_t> ends) {
    bytes_ = std::move(bytes);
    ends_ = std::move(ends);
    seal();
}

}  // namespace event
