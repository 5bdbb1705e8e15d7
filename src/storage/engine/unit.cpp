#include "storage/engine/unit.h"

#include <algorithm>

#include "storage/engine/point_reader.h"
#include "storage/engine/pruning.h"

namespace storage::engine {

namespace {

bool is_wanted(std::string_view name, const std::vector<std::string>& columns) {
    return columns.empty() || std::find(columns.begin(), columns.end(), name) != columns.end();
}

event::Batch rows_of_batch(const event::Batch& batch, std::span<const std::uint32_t> rows,
                           const std::vector<std::string>& columns) {
    event::Batch out;
    for (const std::uint32_t row : rows) {
        out.time.push_back(batch.time[row]);
        out.sequence.push_back(batch.sequence[row]);
    }
    for (const event::Column& from : batch.columns()) {
        if (!is_wanted(from.name, columns)) continue;
        event::Column to(from.name, from.type);
        if (from.type == event::Type::string) to.pool = from.pool;
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            const auto [first, last] = from.values_of(rows[row]);
            for (std::size_t value = first; value < last; ++value) to.add_from(row, from, value);
        }
        if (!to.empty()) out.add(std::move(to));
    }
    return out;
}

base::Result<event::Batch> rows_of_part(const PartView& view, std::uint32_t block,
                                        std::span<const std::uint32_t> rows,
                                        const std::vector<std::string>& columns) {
    const Part& part = *view.part;
    TRY(PointReader reader, PointReader::open(part, block, rows));
    event::Batch out;
    for (std::size_t at = 0; at < part.meta().columns.size(); ++at) {
        const ColumnMeta& column = part.meta().columns[at];
        const bool is_time = column.name == time_column;
        const bool is_sequence = column.name == sequence_column;
        if (column.chunks[block].values == 0) continue;
        if (!is_time && !is_sequence && !is_wanted(column.name, columns)) continue;
        TRY(event::Column values, reader.values(at));
        if (is_time) {
            out.time = std::move(values.integers);
        } else if (is_sequence) {
            out.sequence.assign(values.integers.begin(), values.integers.end());
        } else if (!values.empty()) {
            out.add(std::move(values));
        }
    }
    return out;
}

bool overlaps(base::Nanos first, base::Nanos last, const TimeRange& range) {
    return last >= range.from && first < range.to;
}

base::Status add_blocks(const PartView& view, const TimeRange& range, const Predicate& predicate,
                        std::vector<Unit>& all) {
    const PartMeta& meta = view.part->meta();
    TRY(const RowSet blocks, candidate_blocks(predicate, *view.part));
    blocks.for_each([&](std::uint32_t block) {
        const BlockMeta& each = meta.blocks[block];
        if (overlaps(each.first, each.last, range)) {
            all.push_back({each.first, each.last, nullptr, nullptr, &view, block});
        }
    });
    return base::ok();
}

}  // namespace

std::unique_ptr<Block> Unit::open() const {
    if (batch != nullptr) return std::make_unique<BatchBlock>(*batch, memory->key.index);
    return std::make_unique<PartBlock>(view->part, block);
}

std::string_view Unit::index() const {
    return batch != nullptr ? std::string_view(memory->key.index) : view->part->meta().index;
}

bool Unit::has_deletions() const {
    return batch != nullptr ? memory->deleted != nullptr : view->deleted != nullptr;
}

base::Status Unit::drop_deleted(Block& block_of_rows, RowSet& rows) const {
    if (!has_deletions()) return base::ok();
    if (batch != nullptr) {
        TRY(const auto sequence, block_of_rows.sequence());
        rows.for_each([&](std::uint32_t row) {
            if (memory->deleted->contains(sequence[row])) rows.remove(row);
        });
        return base::ok();
    }
    rows.for_each([&](std::uint32_t row) {
        if (view->deleted->contains(block * block_rows + row)) rows.remove(row);
    });
    return base::ok();
}

base::Result<event::Batch> Unit::materialise(std::span<const std::uint32_t> rows,
                                             const std::vector<std::string>& columns) const {
    if (batch != nullptr) return rows_of_batch(*batch, rows, columns);
    return rows_of_part(*view, block, rows, columns);
}

base::Result<Units> Units::find(const std::vector<MemoryRows>& memory,
                                const std::vector<PartView>& parts,
                                const event::IndexPattern& indices, const TimeRange& range,
                                const Predicate& predicate) {
    Units units;
    for (const MemoryRows& rows : memory) {
        if (!indices.matches(rows.key.index)) continue;
        for (const MemoryBatch& each : rows.batches) {
            if (overlaps(each.first, each.last, range)) {
                units.all.push_back({each.first, each.last, &rows, each.batch.get(), nullptr, 0});
            }
        }
    }
    for (const PartView& view : parts) {
        const PartMeta& meta = view.part->meta();
        if (view.part->quarantined() || !indices.matches(meta.index) ||
            !overlaps(meta.first, meta.last, range)) {
            continue;
        }
        const std::size_t before = units.all.size();
        if (const auto added = add_blocks(view, range, predicate, units.all); !added) {
            if (!is_damage(added.error())) return added.error();
            view.part->quarantine(added.error());
            units.all.resize(before);
        }
    }
    return units;
}

}  // namespace storage::engine
