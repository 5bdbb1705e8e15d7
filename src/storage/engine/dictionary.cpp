#include "storage/engine/dictionary.h"

#include <algorithm>

#include "base/bytes.h"
#include "storage/engine/strings.h"

namespace storage::engine {

namespace {

// Smaller than pages of text: an entry is read for its own sake, and neighbours are alike.
constexpr std::size_t page_bytes = 16 << 10;
constexpr int level = 6;

// The shortest text that is behind `before` and not behind `first`.
std::string_view separator(std::string_view before, std::string_view first) {
    const auto end = before.size() < first.size() ? before.end() : before.begin() + first.size();
    const auto same = std::mismatch(before.begin(), end, first.begin()).first - before.begin();
    return first.substr(0, static_cast<std::size_t>(same) + 1);
}

base::Error damaged() { return {base::Code::corrupt, "a directory of a dictionary is damaged"}; }

}  // namespace

void DictionaryDirectory::encode(const event::StringPool& sorted, std::string& directory,
                                 std::string& pages) {
    base::ByteWriter rows;
    std::uint64_t count = 0;
    std::vector<std::string_view> values;
    for (std::uint32_t begin = 0; begin < sorted.size(); ++count) {
        values.clear();
        std::uint32_t end = begin;
        for (std::size_t bytes = 0; end < sorted.size() && bytes < page_bytes; ++end) {
            values.push_back(sorted[end]);
            bytes += sorted[end].size() + 1;
        }
        std::string page;
        encode_page(values, level, page);
        rows.varint(values.size());
        rows.varint(page.size());
        rows.fixed(checksum_of(page));
        rows.string(begin == 0 ? std::string_view() : separator(sorted[begin - 1], sorted[begin]));
        pages += page;
        begin = end;
    }
    base::ByteWriter out;
    out.varint(count);
    out.raw(rows.bytes());
    directory += out.bytes();
}

base::Result<DictionaryDirectory> DictionaryDirectory::decode(std::string_view bytes,
                                                              const Region& where,
                                                              std::uint32_t entries) {
    base::ByteReader in(bytes);
    DictionaryDirectory opened;
    const std::uint64_t pages = in.count(7);
    std::uint64_t offset = where.offset + where.length;
    std::uint64_t first = 0;
    for (std::uint64_t page = 0; page < pages; ++page) {
        const std::uint64_t count = in.varint();
        Region region{offset, in.varint(), in.fixed<std::uint32_t>()};
        opened.separators_.append(in.string());
        if (in.failed() || count == 0 || count > entries - first) return damaged();
        opened.begins_.push_back(static_cast<std::uint32_t>(first));
        opened.regions_.push_back(region);
        first += count;
        offset += region.length;
    }
    if (in.failed() || first != entries) return damaged();
    opened.begins_.push_back(entries);
    return opened;
}

std::size_t DictionaryDirectory::page_of(std::uint32_t entry) const {
    const auto behind = std::upper_bound(begins_.begin(), begins_.end(), entry);
    return static_cast<std::size_t>(behind - begins_.begin()) - 1;
}

std::size_t DictionaryDirectory::page_for(std::string_view text) const {
    std::size_t low = 0;
    std::size_t high = pages();
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        (separators_[static_cast<std::uint32_t>(middle)] <= text ? low : high) = middle;
    }
    return low;
}

std::size_t DictionaryDirectory::memory() const {
    return begins_.capacity() * sizeof(std::uint32_t) + regions_.capacity() * sizeof(Region) +
           separators_.memory();
}

}  // namespace storage::engine
