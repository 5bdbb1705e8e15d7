#include "storage/engine/postings.h"

namespace storage::engine {

namespace {

constexpr std::uint32_t group = 128;

}  // namespace

std::string Postings::encode(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs,
                             std::uint32_t entries) {
    base::ByteWriter lists;
    base::ByteWriter offsets;
    std::size_t at = 0;
    for (std::uint32_t entry = 0; entry < entries; ++entry) {
        if (entry % group == 0) offsets.fixed(static_cast<std::uint32_t>(lists.size()));
        std::size_t end = at;
        while (end < pairs.size() && pairs[end].first == entry) ++end;
        lists.varint(end - at);
        std::uint32_t before = 0;
        for (; at < end; ++at) {
            lists.varint(pairs[at].second - before);
            before = pairs[at].second;
        }
    }
    offsets.raw(lists.bytes());
    return offsets.take();
}

std::string_view Postings::list_of(std::uint32_t entry) const {
    const std::size_t header = (entries_ + group - 1) / group * sizeof(std::uint32_t);
    if (entry >= entries_ || header > bytes_.size()) return {};
    const std::string_view lists = bytes_.substr(header);
    base::ByteReader offsets(bytes_.substr(entry / group * sizeof(std::uint32_t)));
    const auto begin = offsets.fixed<std::uint32_t>();
    if (begin > lists.size()) return {};
    base::ByteReader in(lists.substr(begin));
    for (std::uint32_t skip = entry % group; skip > 0; --skip) {
        for (std::uint64_t blocks = in.count(1); blocks > 0; --blocks) in.varint();
    }
    if (in.failed()) return {};
    return lists.substr(begin + in.position());
}

}  // namespace storage::engine
