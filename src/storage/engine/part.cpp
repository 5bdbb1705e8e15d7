#include "storage/engine/part.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/log.h"
#include "event/schema.h"
#include "storage/engine/filter.h"
#include "storage/engine/integers.h"
#include "storage/engine/numbers.h"
#include "storage/engine/strings.h"

namespace storage::engine {

namespace {

constexpr std::uint64_t meta_limit = 1ULL << 30;
constexpr std::uint64_t region_limit = 1ULL << 32;
// Columns of up to this many values stay in the cache when only some rows of them were wanted.
constexpr std::uint32_t kept_values = block_rows / 4;

// Cache items: the kind in the low bits, then position and block.
std::uint64_t column_item(std::size_t at, std::size_t block) { return (at << 40 | block << 4) | 1; }
std::uint64_t dictionary_item(std::size_t at) { return (at << 40) | 2; }
std::uint64_t region_item(const Region& region) { return (region.offset << 4) | 3; }
// A block has at most block_rows pages per value of a row; 20 bits hold a million.
std::uint64_t page_item(std::size_t at, std::size_t block, std::size_t page) {
    return (at << 44 | block << 24 | page << 4) | 4;
}

std::uint64_t codes_item(std::size_t at, std::size_t block) { return (at << 40 | block << 4) | 5; }

// In a page's key: it is the dictionary's, not a block's.
constexpr std::size_t dictionary_pages = (1 << 20) - 1;
// Dictionaries of more entries are not read whole for a few rows or one text.
constexpr std::uint32_t paged_entries = 4096;
constexpr std::size_t few_rows = 64;

base::Error damaged(const Part& part, std::string_view what) {
    return {base::Code::corrupt, fmt::format("{}: {} is damaged", part.directory(), what)};
}

}  // namespace

Part::Part(base::FileSystem& files, std::string directory, std::shared_ptr<BlockCache> cache)
    : files_(files), directory_(std::move(directory)), cache_(std::move(cache)) {}

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
    for (const auto& [name, type] : {std::pair(time_column, event::Type::timestamp),
                                     std::pair(sequence_column, event::Type::integer)}) {
        const auto at = part->position(name, type);
        if (!at || part->meta_.columns[*at].presence != Presence::dense) {
            return damaged(*part, "the list of columns");
        }
    }
    // What tells the presence of others must not depend on them.
    const auto shape = part->position(event::field::shape, event::Type::string);
    part->shapes_ = shape;
    for (const ColumnMeta& column : part->meta_.columns) {
        if (column.presence != Presence::by_shape) continue;
        if (!shape || part->meta_.columns[*shape].presence != Presence::dense ||
            part->meta_.columns[*shape].encoding != Encoding::dictionary) {
            return damaged(*part, "the list of columns");
        }
    }
    return part;
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
        return damaged(*this, "a region's place");
    }
    std::string bytes(wanted.length, '\0');
    TRY(data_->pread(wanted.offset, wanted.length, bytes.data()));
    if (checksum_of(bytes) != wanted.checksum) return damaged(*this, "a region");
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
    auto pool = std::make_shared<event::StringPool>();
    TRY(const std::string bytes, read(column.dictionary));
    TRY(decode_dictionary(bytes, column.entries, *pool));
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
    if (const auto pool = living_dictionary(at)) return pool->find_sorted(text);
    if (column.entries > paged_entries) return search_pages(at, text);
    TRY(const auto pool, dictionary(at));
    return pool->find_sorted(text);
}

std::shared_ptr<event::StringPool> Part::living_dictionary(std::size_t at) const {
    const std::lock_guard lock(dictionaries_mutex_);
    return dictionaries_[at].lock();
}

base::Result<std::optional<std::uint32_t>> Part::search_pages(std::size_t at,
                                                              std::string_view text) const {
    TRY(const auto bytes, region(meta_.columns[at].dictionary));
    TRY(const TextPages pages, TextPages::open(*bytes, meta_.columns[at].entries));
    // The last page that does not begin behind the text.
    std::size_t low = 0;
    std::size_t high = pages.pages();
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        TRY(const auto texts, page(at, dictionary_pages, pages, middle));
        ((*texts)[0] <= text ? low : high) = middle;
    }
    TRY(const auto texts, page(at, dictionary_pages, pages, low));
    auto entry = texts->find_sorted(text);
    if (entry) *entry += static_cast<std::uint32_t>(pages.first_of(low));
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

base::Status Part::add_texts(std::size_t at, std::size_t block, std::span<const std::uint32_t> rows,
                             event::Column& out) const {
    const ColumnMeta& column_meta = meta_.columns[at];
    TRY(const auto coded, codes(at, block));
    TRY(const auto bytes, region(column_meta.dictionary));
    TRY(const TextPages pages, TextPages::open(*bytes, column_meta.entries));
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        const auto [first, last] = coded->values_of(rows[row]);
        for (std::size_t value = first; value < last; ++value) {
            const std::uint32_t code = coded->codes[value];
            if (code >= column_meta.entries) return damaged(*this, "codes");
            const std::size_t number = pages.page_of(code);
            TRY(const auto texts, page(at, dictionary_pages, pages, number));
            out.add_text(row, (*texts)[static_cast<std::uint32_t>(code - pages.first_of(number))]);
        }
    }
    return base::ok();
}

base::Result<std::vector<std::uint32_t>> Part::counts_by_shape(
    const ColumnMeta& column_meta) const {
    TRY(const auto coded, region(column_meta.shape_counts));
    std::vector<std::uint32_t> counts;
    TRY(decode_codes(*coded, meta_.columns[*shapes_].entries, counts));
    return counts;
}

base::Result<bool> Part::has_values(const ColumnMeta& column_meta, std::size_t block,
                                    std::span<const std::uint32_t> rows) const {
    if (column_meta.chunks[block].values == 0) return false;
    if (column_meta.presence != Presence::by_shape) return true;
    TRY(const auto shapes, column(*shapes_, block));
    TRY(const auto counts, counts_by_shape(column_meta));
    return std::any_of(rows.begin(), rows.end(), [&](std::uint32_t row) {
        return row < shapes->codes.size() && counts[shapes->codes[row]] > 0;
    });
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
        if (count > expected - rows.size()) return damaged(*this, "a list of rows");
        rows.insert(rows.end(), count, row);
    }
    if (rows.size() != expected) return damaged(*this, "a list of rows");
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
        if (in.failed()) return damaged(*this, "a list of rows");
        TRY(decode_codes(coded, count, rows));
        chunk.remove_prefix(in.position());
    }
    if (rows.size() != count || !std::is_sorted(rows.begin(), rows.end()) ||
        (!rows.empty() && rows.back() >= meta_.blocks[block].rows)) {
        return damaged(*this, "a list of rows");
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
            if (raw.size() != count * sizeof(event::Ip)) return damaged(*this, "addresses");
            out.ips.resize(count);
            std::memcpy(out.ips.data(), raw.data(), raw.size());
            return base::ok();
        }
        case Encoding::dictionary: {
            TRY(out.pool, dictionary(at));
            TRY(decode_codes(chunk, count, out.codes));
            for (const std::uint32_t code : out.codes) {
                if (code >= out.pool->size()) return damaged(*this, "codes");
            }
            return base::ok();
        }
        case Encoding::text: {
            TRY(const TextPages pages, TextPages::open(chunk, count));
            for (std::size_t page = 0; page < pages.pages(); ++page) {
                TRY(pages.read(page, *out.pool));
            }
            out.codes.resize(count);
            for (std::uint32_t value = 0; value < count; ++value) out.codes[value] = value;
            return base::ok();
        }
    }
    return damaged(*this, "an encoding");
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

void Part::keep(std::size_t at, std::size_t block,
                const std::shared_ptr<const event::Column>& column) const {
    const bool shared_pool = meta_.columns[at].encoding == Encoding::dictionary;
    const std::size_t pool_bytes = shared_pool && column->pool ? column->pool->memory() : 0;
    cache_->insert({meta_.id, column_item(at, block)}, column, column->memory() - pool_bytes + 128);
}

base::Result<std::shared_ptr<const event::Column>> Part::column(std::size_t at,
                                                                std::size_t block) const {
    if (auto cached = cache_->find<event::Column>({meta_.id, column_item(at, block)}))
        return cached;
    TRY(std::shared_ptr<const event::Column> decoded, decode(at, block));
    keep(at, block, decoded);
    return decoded;
}

base::Result<std::shared_ptr<const event::StringPool>> Part::page(std::size_t at, std::size_t block,
                                                                  const TextPages& pages,
                                                                  std::size_t number) const {
    const BlockCache::Key key{meta_.id, page_item(at, block, number)};
    if (auto cached = cache_->find<event::StringPool>(key)) return cached;
    auto pool = std::make_shared<event::StringPool>();
    TRY(pages.read(number, *pool));
    cache_->insert(key, pool, pool->memory() + 64);
    return std::shared_ptr<const event::StringPool>(pool);
}

base::Result<event::Column> Part::values(std::size_t at, std::size_t block,
                                         std::span<const std::uint32_t> rows) const {
    const ColumnMeta& column_meta = meta_.columns[at];
    event::Column out(column_meta.name, column_meta.type);
    const Chunk& chunk = column_meta.chunks[block];
    // Most columns of a block have no value in a few given rows: they are not read.
    TRY(const bool any, has_values(column_meta, block, rows));
    if (!any) return out;
    const BlockCache::Key key{meta_.id, column_item(at, block)};
    auto whole = cache_->find<event::Column>(key);
    if (!whole && column_meta.entries > paged_entries && rows.size() <= few_rows &&
        !living_dictionary(at)) {
        TRY(add_texts(at, block, rows, out));
        return out;
    }
    if (!whole && column_meta.encoding != Encoding::text) {
        // A few rows of everything: to keep the large columns would throw out what searches come
        // back to, and they are decoded faster than that is found again.
        TRY(whole, decode(at, block));
        if (chunk.values <= kept_values) keep(at, block, whole);
    }
    if (whole) {
        if (whole->type == event::Type::string && column_meta.encoding == Encoding::dictionary) {
            out.pool = whole->pool;
        }
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            const auto [first, last] = whole->values_of(rows[row]);
            for (std::size_t value = first; value < last; ++value) out.add_from(row, *whole, value);
        }
        return out;
    }
    // Text: only the pages that hold wanted values.
    TRY(const auto bytes, region(chunk.region));
    std::string_view rest = *bytes;
    event::Column places("", event::Type::integer);
    TRY(places.rows, rows_of(column_meta, block, rest));
    places.integers.resize(chunk.values);
    TRY(const TextPages pages, TextPages::open(rest, chunk.values));
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
        const auto [first, last] = places.values_of(rows[row]);
        for (std::size_t value = first; value < last; ++value) {
            const std::size_t number = pages.page_of(value);
            TRY(const auto texts, page(at, block, pages, number));
            out.add_text(row, (*texts)[static_cast<std::uint32_t>(value - pages.first_of(number))]);
        }
    }
    return out;
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
