#include "storage/engine/part_list.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "event/schema.h"
#include "storage/engine/point_reader.h"
#include "storage/engine/postings.h"

namespace storage::engine {

namespace {

std::string deleted_path(const std::string& directory, std::uint64_t version) {
    return fmt::format("{}/deleted.{}", directory, version);
}

}  // namespace

base::Result<std::optional<std::uint32_t>> row_of_id(const PartView& view, std::string_view id) {
    using Found = std::optional<std::uint32_t>;
    const Part& part = *view.part;
    const auto at = part.position(event::field::id, event::Type::string);
    if (!at) return Found();
    TRY(const auto entry, part.entry_of(*at, id));
    if (!entry) return Found();
    const ColumnMeta& column = part.meta().columns[*at];
    TRY(const auto bytes, part.region(column.postings));
    std::vector<std::uint32_t> blocks;
    TRY(Postings(*bytes, column.entries).blocks_of(*entry, [&](std::uint32_t block) {
        blocks.push_back(block);
    }));
    for (const std::uint32_t block : blocks) {
        if (block >= part.meta().blocks.size()) {
            return base::Error(base::Code::corrupt, part.directory() + ": postings are damaged");
        }
        TRY(const auto values, part.column(*at, block));
        for (std::size_t value = 0; value < values->codes.size(); ++value) {
            if (values->codes[value] != *entry) continue;
            const std::uint32_t row = block * block_rows + values->row_of(value);
            if (!view.deleted || !view.deleted->contains(row)) return Found(row);
        }
    }
    return Found();
}

base::Result<std::optional<std::uint32_t>> row_of_sequence(const Part& part,
                                                           std::uint64_t sequence) {
    using Found = std::optional<std::uint32_t>;
    const PartMeta& meta = part.meta();
    if (sequence < meta.least_sequence || sequence > meta.greatest_sequence) return Found();
    const std::size_t at = *part.position(sequence_column, event::Type::integer);
    const auto wanted = static_cast<std::int64_t>(sequence);
    for (std::uint32_t block = 0; block < meta.blocks.size(); ++block) {
        const Chunk& chunk = meta.columns[at].chunks[block];
        if (wanted < chunk.least || wanted > chunk.greatest) continue;
        TRY(const auto values, part.column(at, block));
        for (std::uint32_t row = 0; row < values->integers.size(); ++row) {
            if (values->integers[row] == wanted) return Found(block * block_rows + row);
        }
    }
    return Found();
}

base::Result<std::vector<std::uint32_t>> rows_of_sequences(const Part& part,
                                                           const Roaring64Map& sequences) {
    std::vector<std::uint32_t> rows;
    const PartMeta& meta = part.meta();
    const std::size_t at = *part.position(sequence_column, event::Type::integer);
    for (std::uint32_t block = 0; block < meta.blocks.size(); ++block) {
        TRY(const auto values, part.column(at, block));
        for (std::uint32_t row = 0; row < values->integers.size(); ++row) {
            if (sequences.contains(static_cast<std::uint64_t>(values->integers[row]))) {
                rows.push_back(block * block_rows + row);
            }
        }
    }
    return rows;
}

base::Result<bool> has_own_id(const Part& part, std::uint32_t row) {
    const auto at = part.position(event::field::id, event::Type::string);
    if (!at) return false;
    const std::uint32_t in_block = row % block_rows;
    TRY(PointReader reader, PointReader::open(part, row / block_rows, std::span(&in_block, 1)));
    TRY(const auto values, reader.values(*at));
    return !values.empty();
}

base::Result<std::uint64_t> sequence_of_row(const Part& part, std::uint32_t row) {
    TRY(const auto values,
        part.column(*part.position(sequence_column, event::Type::integer), row / block_rows));
    return static_cast<std::uint64_t>(values->integers[row % block_rows]);
}

void mark_deleted(PartView& view, const std::vector<std::uint32_t>& rows) {
    auto changed =
        view.deleted ? std::make_shared<Roaring>(*view.deleted) : std::make_shared<Roaring>();
    changed->addMany(rows.size(), rows.data());
    view.deleted = std::move(changed);
    view.unsaved = true;
}

base::Status save_deleted(base::FileSystem& files, const PartView& view, std::uint64_t version) {
    std::string bitmap(view.deleted->getSizeInBytes(), '\0');
    view.deleted->write(bitmap.data());
    base::ByteWriter out;
    out.fixed(base::hash_of(bitmap));
    out.raw(bitmap);
    return files.replace_file(deleted_path(view.part->directory(), version), out.bytes());
}

base::Result<std::shared_ptr<const Roaring>> load_deleted(base::FileSystem& files,
                                                          const std::string& directory,
                                                          std::uint64_t version,
                                                          std::uint64_t rows) {
    if (version == 0) return std::shared_ptr<const Roaring>();
    TRY(const std::string bytes, files.read_file(deleted_path(directory, version)));
    base::ByteReader in(bytes);
    const auto sum = in.fixed<std::uint64_t>();
    const std::string_view bitmap = in.raw(in.remaining());
    // CRoaring cannot check what it reads: only bytes with the right checksum get there.
    if (bytes.size() < sizeof(sum) || sum != base::hash_of(bitmap)) {
        return base::Error(base::Code::corrupt, deleted_path(directory, version) + " is damaged");
    }
    auto deleted = std::make_shared<Roaring>();
    try {
        *deleted = Roaring::readSafe(bitmap.data(), bitmap.size());
    } catch (const std::exception&) {
        return base::Error(base::Code::corrupt, deleted_path(directory, version) + " is damaged");
    }
    if (!deleted->isEmpty() && deleted->maximum() >= rows) {
        return base::Error(base::Code::corrupt,
                           deleted_path(directory, version) + " names rows that are not there");
    }
    return std::shared_ptr<const Roaring>(std::move(deleted));
}

}  // namespace storage::engine
