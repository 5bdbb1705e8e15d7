#include "storage/engine/part.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/log.h"
#include "event/schema.h"
#include "storage/engine/dictionary.h"
#include "storage/engine/filter.h"
#include "storage/engine/integers.h"
#include "storage/engine/numbers.h"
#include "storage/engine/strings.h"

namespace storage::engine {

namespace {

constexpr std::uint64_t meta_limit = 1ULL << 30;
constexpr std::uint64_t region_limit = 1ULL << 32;

// Cache items: the kind in the low bits, then position and block.
std::uint64_t column_item(std::size_t at, std::size_t block) { return (at << 40 | block << 4) | 1; }
std::uint64_t dictionary_item(std::size_t at) { return (at << 40) | 2; }
std::uint64_t region_item(const Region& region) { return (region.offset << 4) | 3; }
// A block has at most block_rows pages per value of a row; 20 bits hold a million.
std::uint64_t page_item(std::size_t at, std::size_t block, std::size_t page) {
    return (at << 44 | block << 24 | page << 4) | 4;
}

std::uint64_t codes_item(std::size_t at, std::size_t block) { return (at << 40 | block << 4) | 5; }

std::uint64_t directory_item(std::size_t at) { return (at << 40) | 6; }

// In a page's key: it is the dictionary's, not a block's.
constexpr std::size_t dictionary_pages = (1 << 20) - 1;
// Dictionaries of more entries are not read whole for a few rows or one text.
constexpr std::uint32_t paged_entries = 4096;

}  // namespace

Part::Part(base::FileSystem& files, std::string directory, std::shared_ptr<BlockCache> cache)
    : files_(files), directory_(std::move(directory)), cache_(std::move(cache)) {}

base::Error Part::damaged(std::string_view what) const {
    return {base::Code::corrupt, fmt::format("{}: {} is damaged", directory_, what)};
}

Part::~Part() {
    if (!given_up_) return;
    data_.reset();
    if (const auto removed = files_.remove_all(directory_); !removed) {
        base::log().warn("an old part stays: {}", removed.error().message);
    }
}

base::Result<std::shared_ptr<Part>> Part::open(base::FileSystem& files, std::string directory,
                                               std::shared_ptr<BlockCache> cache) {
    const std::shared_ptr<Part> part(new Part(files, std::move(directory), std::move(cache)));
    TRY(const std::string bytes, files.read_file(part->directory_ + "/meta", meta_limit));
    TRY(part->meta_, decode_meta(bytes));
    part->meta_bytes_ = bytes.size();
    TRY(part->data_, files.open(part->directory_ + "/data", base::OpenMode::read));
    TRY(const auto size, part->data_->size());
    if (size != part->meta_.data_bytes) {
        return base::Error(base::Code::corrupt,
                           fmt::format("{}/data has {} bytes, {} expected", part->directory_, size,
                                       part->meta_.data_bytes));
    }
    for (std::size_t at = 0; at < part->meta_.columns.size(); ++at) {
        const std::string_view name = part->meta_.columns[at].name;
        auto& positions = part->by_name_[name];
        if (positions.empty()) part->names_.push_back(name);
        positions.push_back(at);
    }
    part->dictionaries_.resize(part->meta_.columns.size());
    part->bytes_in_memory_ = part->count_memory();
    for (const auto& [name, type] : {std::pair(time_column, event::Type::timestamp),
                                     std::pair(sequence_column, event::Type::integer)}) {
        const auto at = part->position(name, type);
        if (!at || part->meta_.columns[*at].presence != Presence::dense) {
            return part->damaged("the list of columns");
        }
    }
    // What tells the presence of others must not depend on them.
    const auto shape = part->position(event::field::shape, event::Type::string);
    part->shapes_ = shape;
    for (const ColumnMeta& column : part->meta_.columns) {
        if (column.presence != Presence::by_shape) continue;
        if (!shape || part->meta_.columns[*shape].presence != Presence::dense ||
            part->meta_.columns[*shape].encoding != Encoding::dictionary) {
            return part->damaged("the list of columns");
        }
    }
    return part;
}

std::uint64_t Part::count_memory() const {
    // A hash table's node with its vector of one.
    constexpr std::size_t node_bytes = 80;
    std::uint64_t bytes = sizeof(Part) + directory_.capacity() + meta_.index.capacity() +
                          meta_.blocks.capacity() * sizeof(BlockMeta) +
                          meta_.columns.capacity() * sizeof(ColumnMeta) +
                          dictionaries_.capacity() * sizeof(dictionaries_.front()) +
                          names_.capacity() * sizeof(names_.front()) + names_.size() * node_bytes;
    for (const ColumnMeta& column : meta_.columns)
        bytes += column.name.capacity() + column.chunks.capacity() * sizeof(Chunk);
    return bytes;
}

std::optional<std::size_t> Part::position(std::string_view name, event::Type type) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return std::nullopt;
    for (const std::size_t at : found->second) {
        if (meta_.columns[at].type == type) return at;
    }
    return std::nullopt;
}

std::vector<std::size_t> Part::named(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::vector<std::size_t>() : found->second;
}

base::Result<std::string> Part::read(const Region& wanted) const {
    if (wanted.length > region_limit || wanted.offset > meta_.data_bytes ||
        wanted.length > meta_.data_bytes - wanted.offset) {
        return damaged("a region's place");
    }
    std::string bytes(wanted.length, '\0');
    TRY(data_->pread(wanted.offset, wanted.length, bytes.data()));
    if (checksum_of(bytes) != wanted.checksum) return damaged("a region");
    return bytes;
}

base::Result<std::shared_ptr<const std::string>> Part::region(const Region& wanted) const {
    const BlockCache::Key key{meta_.id, region_item(wanted)};
    if (auto cached = cache_->find<std::string>(key)) return cached;
    auto bytes = std::make_shared<std::string>();
    TRY(*bytes, read(wanted));
    cache_->insert(key, bytes, bytes->size() + 64);
    return std::shared_ptr<const std::string>(bytes);
}

base::Result<std::shared_ptr<event::StringPool>> Part::dictionary(std::size_t at) const {
    // One living copy: columns hold on to theirs after the cache let go of it.
    const std::lock_guard lock(dictionaries_mutex_);
    if (auto living = dictionaries_[at].lock()) return living;
    const ColumnMeta& column = meta_.columns[at];
    TRY(const auto pages, directory(at));
    std::string texts;
    std::vector<std::uint32_t> ends;
    ends.reserve(column.entries);
    for (std::size_t page = 0; page < pages->pages(); ++page) {
        TRY(const std::string bytes, read(pages->region(page)));
        TRY(decode_page(bytes, pages->count_of(page), texts, ends));
    }
    auto pool = std::make_shared<event::StringPool>();
    pool->assign(std::move(texts), std::move(ends));
    pool->mark_sorted();
    cache_->insert({meta_.id, dictionary_item(at)}, pool, pool->memory() + 64);
    dictionaries_[at] = pool;
    return pool;
}

base::Result<std::optional<std::uint32_t>> Part::entry_of(std::size_t at,
                                                          std::string_view text) const {
    const ColumnMeta& column = meta_.columns[at];
    if (column.filter.length > 0) {
        TRY(const auto bits, region(column.filter));
        if (!filter::may_contain(*bits, base::hash_of(text))) return std::optional<std::uint32_t>();
    }
    if (reads_pages(at)) return search_pages(at, text);
    TRY(const auto pool, dictionary(at));
    return pool->find_sorted(text);
}

bool Part::reads_pages(std::size_t at) const {
    return meta_.columns[at].entries > paged_entries && !living_dictionary(at);
}

base::Result<std::shared_ptr<const DictionaryDirectory>> Part::directory(std::size_t at) const {
    const BlockCache::Key key{meta_.id, directory_item(at)};
    if (auto cached = cache_->find<DictionaryDirectory>(key)) return cached;
    const ColumnMeta& column = meta_.columns[at];
    TRY(const std::string bytes, read(column.dictionary));
    auto opened = std::make_shared<DictionaryDirectory>();
    TRY(*opened, DictionaryDirectory::decode(bytes, column.dictionary, column.entries));
    cache_->insert(key, opened, opened->memory() + 64);
    return std::shared_ptr<const DictionaryDirectory>(std::move(opened));
}

base::Result<std::shared_ptr<const event::StringPool>> Part::dictionary_page(
    std::size_t at, const DictionaryDirectory& pages, std::size_t number) const {
    const BlockCache::Key key{meta_.id, page_item(at, dictionary_pages, number)};
    if (auto cached = cache_->find<event::StringPool>(key)) return cached;
    TRY(const std::string bytes, read(pages.region(number)));
    std::string texts;
    std::vector<std::uint32_t> ends;
    TRY(decode_page(bytes, pages.count_of(number), texts, ends));
    auto pool = std::make_shared<event::StringPool>();
    pool->assign(std::move(texts), std::move(ends));
    cache_->insert(key, pool, pool->memory() + 64);
    return std::shared_ptr<const event::StringPool>(std::move(pool));
}

std::shared_ptr<event::StringPool> Part::living_dictionary(std::size_t at) const {
    const std::lock_guard lock(dictionaries_mutex_);
    return dictionaries_[at].lock();
}

base::Result<std::optional<std::uint32_t>> Part::search_pages(std::size_t at,
                                                              std::string_view text) const {
    TRY(const auto pages, directory(at));
    const std::size_t number = pages->page_for(text);
    TRY(const auto texts, dictionary_page(at, *pages, number));
    auto entry = texts->find_sorted(text);
    if (entry) *entry += pages->first_of(number);
    return entry;
}

base::Result<std::shared_ptr<const event::Column>> Part::codes(std::size_t at,
                                                               std::size_t block) const {
    const BlockCache::Key key{meta_.id, codes_item(at, block)};
    if (auto cached = cache_->find<event::Column>(key)) return cached;
    const ColumnMeta& column_meta = meta_.columns[at];
    auto out = std::make_shared<event::Column>(column_meta.name, column_meta.type);
    out->pool = nullptr;
    const Chunk& chunk = column_meta.chunks[block];
    if (chunk.values > 0) {
        TRY(const std::string bytes, read(chunk.region));
        std::string_view rest = bytes;
        TRY(out->rows, rows_of(column_meta, block, rest));
        TRY(decode_codes(rest, chunk.values, out->codes));
    }
    cache_->insert(key, out, out->memory() + 128);
    return std::shared_ptr<const event::Column>(out);
}

base::Result<std::vector<std::uint32_t>> Part::counts_by_shape(
    const ColumnMeta& column_meta) const {
    TRY(const auto coded, region(column_meta.shape_counts));
    std::vector<std::uint32_t> counts;
    TRY(decode_codes(*coded, meta_.columns[*shapes_].entries, counts));
    return counts;
}

base::Result<std::vector<std::uint32_t>> Part::rows_by_shape(const ColumnMeta& column_meta,
                                                             std::size_t block) const {
    TRY(const auto shapes, column(*shapes_, block));
    TRY(const auto counts, counts_by_shape(column_meta));
    std::vector<std::uint32_t> rows;
    rows.reserve(column_meta.chunks[block].values);
    const std::size_t expected = column_meta.chunks[block].values;
    for (std::uint32_t row = 0; row < shapes->codes.size(); ++row) {
        const std::uint32_t count = counts[shapes->codes[row]];
        if (count > expected - rows.size()) return damaged("a list of rows");
        rows.insert(rows.end(), count, row);
    }
    if (rows.size() != expected) return damaged("a list of rows");
    return rows;
}

base::Result<std::vector<std::uint32_t>> Part::rows_of(const ColumnMeta& column_meta,
                                                       std::size_t block,
                                                       std::string_view& chunk) const {
    std::vector<std::uint32_t> rows;
    const std::size_t count = column_meta.chunks[block].values;
    if (column_meta.presence == Presence::dense) return rows;
    if (column_meta.presence == Presence::by_shape) {
        TRY(rows, rows_by_shape(column_meta, block));
    } else {
        base::ByteReader in(chunk);
        const std::string_view coded = in.string();
        if (in.failed()) return damaged("a list of rows");
        TRY(decode_codes(coded, count, rows));
        chunk.remove_prefix(in.position());
    }
    if (rows.size() != count || !std::is_sorted(rows.begin(), rows.end()) ||
        (!rows.empty() && rows.back() >= meta_.blocks[block].rows)) {
        return damaged("a list of rows");
    }
    return rows;
}

base::Status Part::decode_values(std::size_t at, std::string_view chunk, std::size_t count,
                                 event::Column& out) const {
    const ColumnMeta& column_meta = meta_.columns[at];
    switch (column_meta.encoding) {
        case Encoding::integers:
            return decode_integers(chunk, count, out.integers);
        case Encoding::numbers:
            return decode_numbers(chunk, count, out.numbers);
        case Encoding::addresses: {
            std::string raw;
            TRY(decompress(chunk, count * sizeof(event::Ip), raw));
            if (raw.size() != count * sizeof(event::Ip)) return damaged("addresses");
            out.ips.resize(count);
            std::memcpy(out.ips.data(), raw.data(), raw.size());
            return base::ok();
        }
        case Encoding::dictionary: {
            TRY(out.pool, dictionary(at));
            TRY(decode_codes(chunk, count, out.codes));
            for (const std::uint32_t code : out.codes) {
                if (code >= out.pool->size()) return damaged("codes");
            }
            return base::ok();
        }
        case Encoding::text: {
            TRY(const TextPages pages, TextPages::open(chunk, count));
            TRY(*out.pool, pages.read_all());
            out.codes.resize(count);
            for (std::uint32_t value = 0; value < count; ++value) out.codes[value] = value;
            return base::ok();
        }
    }
    return damaged("an encoding");
}

base::Result<std::vector<std::uint32_t>> Part::rows(std::size_t at, std::size_t block) const {
    const ColumnMeta& column_meta = meta_.columns[at];
    const Chunk& chunk = column_meta.chunks[block];
    if (chunk.values == 0 || column_meta.presence == Presence::dense) {
        return std::vector<std::uint32_t>();
    }
    if (column_meta.presence == Presence::by_shape) return rows_by_shape(column_meta, block);
    TRY(const auto whole, column(at, block));
    return whole->rows;
}

base::Result<std::shared_ptr<event::Column>> Part::decode(std::size_t at, std::size_t block) const {
    const ColumnMeta& column_meta = meta_.columns[at];
    auto out = std::make_shared<event::Column>(column_meta.name, column_meta.type);
    const Chunk& chunk = column_meta.chunks[block];
    if (chunk.values == 0) return out;
    // Not through region(): what is cached is the decoded column, not its bytes too.
    TRY(const std::string bytes, read(chunk.region));
    std::string_view rest = bytes;
    TRY(out->rows, rows_of(column_meta, block, rest));
    TRY(decode_values(at, rest, chunk.values, *out));
    return out;
}

base::Result<std::shared_ptr<const event::Column>> Part::column(std::size_t at,
                                                                std::size_t block) const {
    if (auto cached = cached_column(at, block)) return cached;
    TRY(std::shared_ptr<const event::Column> decoded, decode(at, block));
    const bool shared_pool = meta_.columns[at].encoding == Encoding::dictionary;
    const std::size_t pool_bytes = shared_pool && decoded->pool ? decoded->pool->memory() : 0;
    cache_->insert({meta_.id, column_item(at, block)}, decoded,
                   decoded->memory() - pool_bytes + 128);
    return decoded;
}

std::shared_ptr<const event::Column> Part::cached_column(std::size_t at, std::size_t block) const {
    return cache_->find<event::Column>({meta_.id, column_item(at, block)});
}

base::Result<std::shared_ptr<const event::StringPool>> Part::page(std::size_t at, std::size_t block,
                                                                  const TextPages& pages,
                                                                  std::size_t number) const {
    const BlockCache::Key key{meta_.id, page_item(at, block, number)};
    if (auto cached = cache_->find<event::StringPool>(key)) return cached;
    auto pool = std::make_shared<event::StringPool>();
    TRY(*pool, pages.read(number));
    cache_->insert(key, pool, pool->memory() + 64);
    return std::shared_ptr<const event::StringPool>(pool);
}

void Part::quarantine(const base::Error& why) const {
    if (quarantined_.exchange(true)) return;
    base::log().error(
        "part {} is damaged and left out of all answers: {}. Its files stay for "
        "inspection; restore them from a backup or remove the directory.",
        directory_, why.message);
}

base::Result<std::shared_ptr<const event::Column>> PartBlock::load(std::size_t at) {
    auto& slot = loaded_[at];
    if (!slot) {
        TRY(slot, part_->column(at, block_));
    }
    return slot;
}

base::Result<std::span<const base::Nanos>> PartBlock::time() {
    TRY(const auto column, load(*part_->position(time_column, event::Type::timestamp)));
    return std::span<const base::Nanos>(column->integers);
}

base::Result<std::span<const std::uint64_t>> PartBlock::sequence() {
    TRY(const auto column, load(*part_->position(sequence_column, event::Type::integer)));
    return std::span(reinterpret_cast<const std::uint64_t*>(column->integers.data()),
                     column->integers.size());
}

base::Result<std::vector<const event::Column*>> PartBlock::columns(std::string_view name) {
    std::vector<const event::Column*> found;
    if (name == time_column || name == sequence_column) return found;
    for (const std::size_t at : part_->named(name)) {
        if (part_->meta().columns[at].chunks[block_].values == 0) continue;
        TRY(const auto column, load(at));
        found.push_back(column.get());
    }
    return found;
}

base::Result<bool> PartBlock::find_text(std::string_view name, std::string_view text,
                                        const RowSet& wanted, RowSet& found) {
    const auto positions = part_->named(name);
    if (positions.size() != 1) return false;
    const std::size_t at = positions.front();
    // Small dictionaries are quick to read, and conditions are faster on columns that are there
    // whole.
    if (part_->meta().columns[at].entries <= paged_entries) return false;
    TRY(const auto entry, part_->entry_of(at, text));
    if (!entry) return true;
    TRY(const auto coded, part_->codes(at, block_));
    for (std::size_t value = 0; value < coded->codes.size(); ++value) {
        if (coded->codes[value] != *entry) continue;
        const std::uint32_t row = coded->row_of(value);
        if (wanted.contains(row)) found.add(row);
    }
    return true;
}

std::vector<std::string_view> PartBlock::names() const {
    std::vector<std::string_view> names;
    for (const std::string_view name : part_->names()) {
        if (name != time_column && name != sequence_column) names.push_back(name);
    }
    return names;
}

}  // namespace storage::engine
