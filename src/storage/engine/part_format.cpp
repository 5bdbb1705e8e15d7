#include "storage/engine/part_format.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"

// Meta file: "OTPM", version (1 byte), sections, XXH3 of all before it (8 bytes). A section: number
// (varint), length (varint), content. Sections of unknown numbers are skipped, so that later
// versions can add some.

namespace storage::engine {

namespace {

using base::ByteReader;
using base::ByteWriter;

constexpr std::string_view magic = "OTPM";
constexpr std::uint8_t version = 2;
// Of one column in one block: a bound for what a damaged count can make a reader allocate.
constexpr std::uint32_t most_values = 1U << 27;
constexpr std::uint64_t section_part = 1;
constexpr std::uint64_t section_blocks = 2;
constexpr std::uint64_t section_columns = 3;

void put_region(ByteWriter& out, const Region& region) {
    out.varint(region.length);
    if (region.length == 0) return;
    out.varint(region.offset);
    out.fixed(region.checksum);
}

Region take_region(ByteReader& in) {
    Region region;
    region.length = in.varint();
    if (region.length == 0) return region;
    region.offset = in.varint();
    region.checksum = in.fixed<std::uint32_t>();
    return region;
}

void put_column(ByteWriter& out, const ColumnMeta& column) {
    out.string(column.name);
    out.fixed(static_cast<std::uint8_t>(column.type));
    out.fixed(static_cast<std::uint8_t>(column.encoding));
    out.fixed(static_cast<std::uint8_t>(column.presence));
    out.varint(column.values);
    out.varint(column.entries);
    put_region(out, column.dictionary);
    put_region(out, column.postings);
    put_region(out, column.filter);
    put_region(out, column.shape_counts);
    for (const Chunk& chunk : column.chunks) {
        out.varint(chunk.values);
        if (chunk.values == 0) continue;
        put_region(out, chunk.region);
        if (column.encoding != Encoding::integers) continue;
        out.zigzag(chunk.least);
        out.varint(static_cast<std::uint64_t>(chunk.greatest) -
                   static_cast<std::uint64_t>(chunk.least));
    }
}

bool take_column(ByteReader& in, std::size_t blocks, ColumnMeta& column) {
    column.name = in.string();
    const auto type = in.fixed<std::uint8_t>();
    const auto encoding = in.fixed<std::uint8_t>();
    const auto presence = in.fixed<std::uint8_t>();
    if (in.failed() || type < 1 || type >= event::type_count) return false;
    if (encoding < 1 || encoding > 5 || presence > 2) return false;
    column.type = static_cast<event::Type>(type);
    column.encoding = static_cast<Encoding>(encoding);
    column.presence = static_cast<Presence>(presence);
    const bool is_text =
        column.encoding == Encoding::dictionary || column.encoding == Encoding::text;
    if (is_text != (column.type == event::Type::string)) return false;
    if ((column.encoding == Encoding::numbers) != (column.type == event::Type::number))
        return false;
    if ((column.encoding == Encoding::addresses) != (column.type == event::Type::ip)) return false;
    column.values = in.varint();
    column.entries = static_cast<std::uint32_t>(in.varint());
    column.dictionary = take_region(in);
    column.postings = take_region(in);
    column.filter = take_region(in);
    column.shape_counts = take_region(in);
    column.chunks.resize(blocks);
    for (Chunk& chunk : column.chunks) {
        chunk.values = static_cast<std::uint32_t>(in.varint());
        if (chunk.values == 0) continue;
        chunk.region = take_region(in);
        if (column.encoding != Encoding::integers) continue;
        chunk.least = in.zigzag();
        chunk.greatest =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(chunk.least) + in.varint());
    }
    return !in.failed();
}

void put_section(ByteWriter& out, std::uint64_t number, ByteWriter& content) {
    out.varint(number);
    out.string(content.bytes());
}

bool take_part(ByteReader in, PartMeta& meta) {
    meta.id = in.varint();
    meta.index = in.string();
    meta.day = static_cast<std::int32_t>(in.zigzag());
    meta.rows = in.varint();
    meta.first = in.zigzag();
    meta.last = in.zigzag();
    meta.least_sequence = in.varint();
    meta.greatest_sequence = in.varint();
    meta.data_bytes = in.varint();
    meta.replaces.resize(in.count(1));
    for (std::uint64_t& id : meta.replaces) id = in.varint();
    return !in.failed();
}

bool take_blocks(ByteReader in, PartMeta& meta) {
    meta.blocks.resize(in.count(3));
    std::uint64_t total = 0;
    for (BlockMeta& block : meta.blocks) {
        block.rows = static_cast<std::uint32_t>(in.varint());
        block.first = in.zigzag();
        block.last =
            static_cast<base::Nanos>(static_cast<std::uint64_t>(block.first) + in.varint());
        if (block.rows == 0 || block.rows > block_rows) return false;
        total += block.rows;
    }
    return !in.failed() && total == meta.rows;
}

bool take_columns(ByteReader in, PartMeta& meta) {
    meta.columns.resize(in.count(8));
    for (ColumnMeta& column : meta.columns) {
        if (!take_column(in, meta.blocks.size(), column)) return false;
    }
    return true;
}

// What readers rely on beyond each section's own form.
bool fits_together(const PartMeta& meta) {
    if (meta.blocks.empty()) return false;
    for (std::size_t block = 0; block + 1 < meta.blocks.size(); ++block) {
        if (meta.blocks[block].rows != block_rows) return false;
    }
    for (const ColumnMeta& column : meta.columns) {
        if (column.chunks.size() != meta.blocks.size()) return false;
        for (std::size_t block = 0; block < meta.blocks.size(); ++block) {
            const std::uint32_t values = column.chunks[block].values;
            if (column.presence == Presence::dense && values != meta.blocks[block].rows)
                return false;
            if (values > most_values) return false;
        }
    }
    return true;
}

}  // namespace

std::uint32_t checksum_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(base::hash_of(bytes));
}

const ColumnMeta* PartMeta::find(std::string_view name, event::Type type) const {
    for (const ColumnMeta& column : columns) {
        if (column.type == type && column.name == name) return &column;
    }
    return nullptr;
}

std::string encode_meta(const PartMeta& meta) {
    ByteWriter out;
    out.raw(magic);
    out.fixed(version);

    ByteWriter part;
    part.varint(meta.id);
    part.string(meta.index);
    part.zigzag(meta.day);
    part.varint(meta.rows);
    part.zigzag(meta.first);
    part.zigzag(meta.last);
    part.varint(meta.least_sequence);
    part.varint(meta.greatest_sequence);
    part.varint(meta.data_bytes);
    part.varint(meta.replaces.size());
    for (const std::uint64_t id : meta.replaces) part.varint(id);
    put_section(out, section_part, part);

    ByteWriter blocks;
    blocks.varint(meta.blocks.size());
    for (const BlockMeta& block : meta.blocks) {
        blocks.varint(block.rows);
        blocks.zigzag(block.first);
        blocks.varint(static_cast<std::uint64_t>(block.last) -
                      static_cast<std::uint64_t>(block.first));
    }
    put_section(out, section_blocks, blocks);

    ByteWriter columns;
    columns.varint(meta.columns.size());
    for (const ColumnMeta& column : meta.columns) put_column(columns, column);
    put_section(out, section_columns, columns);

    out.fixed(base::hash_of(out.bytes()));
    return out.take();
}

base::Result<PartMeta> decode_meta(std::string_view bytes) {
    const auto corrupt = [](std::string_view what) {
        return base::Error(base::Code::corrupt, fmt::format("a part's meta file {}", what));
    };
    if (bytes.size() < magic.size() + 9 || !bytes.starts_with(magic)) {
        return corrupt("does not begin as one");
    }
    const std::string_view body = bytes.substr(0, bytes.size() - 8);
    if (ByteReader(bytes.substr(body.size())).fixed<std::uint64_t>() != base::hash_of(body)) {
        return corrupt("fails its checksum");
    }
    ByteReader in(body.substr(magic.size()));
    const auto found = in.fixed<std::uint8_t>();
    if (found != version) {
        return corrupt(fmt::format("has version {}, {} expected", found, version));
    }
    PartMeta meta;
    while (in.remaining() > 0) {
        const std::uint64_t number = in.varint();
        const ByteReader content(in.string());
        if (in.failed()) return corrupt("ends in mid-section");
        const bool read = number == section_part      ? take_part(content, meta)
                          : number == section_blocks  ? take_blocks(content, meta)
                          : number == section_columns ? take_columns(content, meta)
                                                      : true;
        if (!read) return corrupt(fmt::format("has a damaged section {}", number));
    }
    if (!fits_together(meta)) return corrupt("does not fit together");
    return meta;
}

}  // namespace storage::engine
