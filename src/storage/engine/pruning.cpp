#include "storage/engine/pruning.h"

#include "base/hash.h"
#include "event/schema.h"
#include "storage/engine/filter.h"
#include "storage/engine/postings.h"

namespace storage::engine {

namespace {

using event::Type;

RowSet blocks_with_values(const ColumnMeta& column) {
    RowSet blocks(static_cast<std::uint32_t>(column.chunks.size()));
    for (std::uint32_t block = 0; block < column.chunks.size(); ++block) {
        if (column.chunks[block].values > 0) blocks.add(block);
    }
    return blocks;
}

base::Result<RowSet> blocks_of_text(const Part& part, std::size_t at, std::string_view text) {
    const ColumnMeta& column = part.meta().columns[at];
    RowSet blocks(static_cast<std::uint32_t>(column.chunks.size()));
    if (column.encoding == Encoding::dictionary) {
        TRY(const auto entry, part.entry_of(at, text));
        if (!entry) return blocks;
        TRY(const auto bytes, part.region(column.postings));
        TRY(Postings(*bytes, column.entries).blocks_of(*entry, [&blocks](std::uint32_t block) {
            if (block < blocks.rows()) blocks.add(block);
        }));
        return blocks;
    }
    if (column.filter.length == 0) return blocks_with_values(column);
    TRY(const auto bits, part.region(column.filter));
    const std::uint64_t hash = base::hash_of(text);
    std::string_view rest = *bits;
    for (std::uint32_t block = 0; block < column.chunks.size(); ++block) {
        if (column.chunks[block].values == 0) continue;
        const std::size_t size = filter::bytes_for(column.chunks[block].values);
        if (size > rest.size()) {
            return base::Error(base::Code::corrupt, part.directory() + ": a filter is damaged");
        }
        if (filter::may_contain(rest.substr(0, size), hash)) blocks.add(block);
        rest.remove_prefix(size);
    }
    return blocks;
}

// Blocks of an integer-coded column whose values meet [low, high].
RowSet blocks_between(const ColumnMeta& column, std::int64_t low, std::int64_t high) {
    RowSet blocks(static_cast<std::uint32_t>(column.chunks.size()));
    for (std::uint32_t block = 0; block < column.chunks.size(); ++block) {
        const Chunk& chunk = column.chunks[block];
        if (chunk.values > 0 && chunk.least <= high && chunk.greatest >= low) blocks.add(block);
    }
    return blocks;
}

base::Result<RowSet> blocks_of_equals(const Predicate& leaf, const Part& part, std::size_t at) {
    const ColumnMeta& column = part.meta().columns[at];
    switch (column.type) {
        case Type::string:
            if (leaf.ignore_case) break;
            return blocks_of_text(part, at, leaf.literal.text);
        case Type::integer:
            if (!leaf.literal.integer) break;
            return blocks_between(column, *leaf.literal.integer, *leaf.literal.integer);
        case Type::timestamp:
            if (!leaf.literal.time_begin || !leaf.literal.time_end) break;
            return blocks_between(column, *leaf.literal.time_begin, *leaf.literal.time_end);
        default:
            break;
    }
    return blocks_with_values(column);
}

RowSet blocks_of_range(const Predicate& leaf, const ColumnMeta& column) {
    std::int64_t low = INT64_MIN;
    std::int64_t high = INT64_MAX;
    if (column.type == Type::integer) {
        if (leaf.lower && leaf.lower->value.integer) low = *leaf.lower->value.integer;
        if (leaf.upper && leaf.upper->value.integer) high = *leaf.upper->value.integer;
    } else if (column.type == Type::timestamp) {
        if (leaf.lower && leaf.lower->value.time_begin) low = *leaf.lower->value.time_begin;
        if (leaf.upper && leaf.upper->value.time_end) high = *leaf.upper->value.time_end;
    }
    if (column.encoding != Encoding::integers) return blocks_with_values(column);
    return blocks_between(column, low, high);
}

RowSet every_block(const Part& part) {
    return RowSet(static_cast<std::uint32_t>(part.meta().blocks.size()), true);
}

// Rows without an `_id` of their client's have one that is made from their sequence number: no
// column tells where.
bool is_made_id(const Predicate& leaf) {
    const bool exact = leaf.kind == Predicate::Kind::equals && !leaf.ignore_case;
    return leaf.field == event::field::id && (!exact || event::sequence_of(leaf.literal.text) != 0);
}

base::Result<RowSet> blocks_of_leaf(const Predicate& leaf, const Part& part) {
    const bool many = leaf.field.find('*') != std::string::npos;
    if (many || leaf.field == event::field::timestamp || leaf.field == event::field::index ||
        is_made_id(leaf)) {
        return every_block(part);
    }
    RowSet blocks(static_cast<std::uint32_t>(part.meta().blocks.size()));
    for (const std::size_t at : part.named(leaf.field)) {
        if (leaf.kind == Predicate::Kind::equals) {
            TRY(const RowSet found, blocks_of_equals(leaf, part, at));
            blocks |= found;
        } else if (leaf.kind == Predicate::Kind::range) {
            blocks |= blocks_of_range(leaf, part.meta().columns[at]);
        } else {
            blocks |= blocks_with_values(part.meta().columns[at]);
        }
    }
    // What did not fit among the columns is in the overflow column under its name.
    if (const auto overflow = part.position(event::field::overflow, Type::string)) {
        blocks |= blocks_with_values(part.meta().columns[*overflow]);
    }
    return blocks;
}

}  // namespace

base::Result<RowSet> candidate_blocks(const Predicate& predicate, const Part& part) {
    switch (predicate.kind) {
        case Predicate::Kind::nothing:
            return RowSet(static_cast<std::uint32_t>(part.meta().blocks.size()));
        case Predicate::Kind::everything:
        case Predicate::Kind::none_of:
            return every_block(part);
        case Predicate::Kind::all_of: {
            RowSet blocks = every_block(part);
            for (const Predicate& child : predicate.children) {
                TRY(const RowSet found, candidate_blocks(child, part));
                blocks &= found;
                if (blocks.none()) break;
            }
            return blocks;
        }
        case Predicate::Kind::any_of: {
            RowSet blocks(static_cast<std::uint32_t>(part.meta().blocks.size()));
            for (const Predicate& child : predicate.children) {
                TRY(const RowSet found, candidate_blocks(child, part));
                blocks |= found;
            }
            return blocks;
        }
        default:
            return blocks_of_leaf(predicate, part);
    }
}

}  // namespace storage::engine
