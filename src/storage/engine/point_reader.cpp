#include "storage/engine/point_reader.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "storage/engine/dictionary.h"
#include "storage/engine/integers.h"
#include "storage/engine/numbers.h"
#include "storage/engine/strings.h"

namespace storage::engine {

namespace {

// More rows than this are picked from the whole column.
constexpr std::size_t few_rows = 64;
// Counting shapes before each row pays as long as adding the counts up is less work than going
// through the block once more.
constexpr std::size_t most_counts = block_rows;

}  // namespace

base::Result<PointReader> PointReader::open(const Part& part, std::size_t block,
                                            std::span<const std::uint32_t> rows) {
    PointReader reader(part, block, rows);
    TRY(reader.read_shapes());
    return reader;
}

base::Status PointReader::read_shapes() {
    const auto at = part_.shapes();
    // Where some rows have no shape, no column's presence is told by it.
    if (!at || part_.meta().columns[*at].presence != Presence::dense) return base::ok();
    TRY(shapes_, part_.column(*at, block_));
    if (shapes_->codes.size() < part_.meta().blocks[block_].rows) {
        return part_.damaged("a list of shapes");
    }
    entries_ = part_.meta().columns[*at].entries;
    if (rows_.size() * entries_ > most_counts) return base::ok();
    before_.reserve(rows_.size() * entries_);
    std::vector<std::uint32_t> counts(entries_);
    std::uint32_t at_row = 0;
    for (const std::uint32_t row : rows_) {
        for (; at_row < row; ++at_row) ++counts[shapes_->codes[at_row]];
        before_.insert(before_.end(), counts.begin(), counts.end());
    }
    return base::ok();
}

base::Result<bool> PointReader::may_have_values(const ColumnMeta& column) {
    if (column.chunks[block_].values == 0) return false;
    if (column.presence != Presence::by_shape) return true;
    TRY(const auto coded, part_.region(column.shape_counts));
    TRY(decode_codes(*coded, entries_, counts_));
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](std::uint32_t row) { return counts_[shapes_->codes[row]] > 0; });
}

void PointReader::want(std::uint32_t row, std::size_t first, std::size_t count) {
    for (std::size_t value = first; value < first + count; ++value) {
        positions_.push_back(static_cast<std::uint32_t>(value));
        places_.push_back(row);
    }
}

base::Status PointReader::find_by_shape(const ColumnMeta& column) {
    std::uint64_t first = 0;
    std::uint32_t at_row = 0;
    for (std::uint32_t place = 0; place < rows_.size(); ++place) {
        if (!before_.empty()) {
            const std::uint32_t* before = before_.data() + place * entries_;
            first = std::inner_product(counts_.begin(), counts_.end(), before, std::uint64_t{0});
        } else {
            for (; at_row < rows_[place]; ++at_row) first += counts_[shapes_->codes[at_row]];
        }
        const std::uint32_t count = counts_[shapes_->codes[rows_[place]]];
        if (first + count > column.chunks[block_].values) return part_.damaged("a list of rows");
        want(place, first, count);
    }
    return base::ok();
}

base::Status PointReader::find_listed(const ColumnMeta& column, std::string_view& chunk) {
    TRY(const auto listed, part_.rows_of(column, block_, chunk));
    auto from = listed.begin();
    for (std::uint32_t place = 0; place < rows_.size(); ++place) {
        const auto [first, last] = std::equal_range(from, listed.end(), rows_[place]);
        want(place, static_cast<std::size_t>(first - listed.begin()),
             static_cast<std::size_t>(last - first));
        from = last;
    }
    return base::ok();
}

base::Status PointReader::find(const ColumnMeta& column, std::string_view& chunk) {
    positions_.clear();
    places_.clear();
    if (column.presence == Presence::by_shape) return find_by_shape(column);
    if (column.presence == Presence::listed) return find_listed(column, chunk);
    for (std::uint32_t place = 0; place < rows_.size(); ++place) want(place, rows_[place], 1);
    return base::ok();
}

base::Status PointReader::pick_entries(std::size_t at, std::string_view chunk, event::Column& out) {
    const ColumnMeta& column = part_.meta().columns[at];
    std::vector<std::uint32_t> codes;
    TRY(decode_codes_at(chunk, column.chunks[block_].values, positions_, codes));
    for (const std::uint32_t code : codes) {
        if (code >= column.entries) return part_.damaged("codes");
    }
    if (!part_.reads_pages(at)) {
        TRY(out.pool, part_.dictionary(at));
        for (std::size_t i = 0; i < codes.size(); ++i) out.add_code(places_[i], codes[i]);
        return base::ok();
    }
    TRY(const auto pages, part_.directory(at));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const std::size_t number = pages->page_of(codes[i]);
        TRY(const auto texts, part_.dictionary_page(at, *pages, number));
        out.add_text(places_[i], (*texts)[codes[i] - pages->first_of(number)]);
    }
    return base::ok();
}

base::Status PointReader::pick_texts(std::size_t at, std::string_view chunk, event::Column& out) {
    TRY(const TextPages pages,
        TextPages::open(chunk, part_.meta().columns[at].chunks[block_].values));
    for (std::size_t i = 0; i < positions_.size(); ++i) {
        const std::size_t number = pages.page_of(positions_[i]);
        TRY(const auto texts, part_.page(at, block_, pages, number));
        out.add_text(places_[i],
                     (*texts)[static_cast<std::uint32_t>(positions_[i] - pages.first_of(number))]);
    }
    return base::ok();
}

base::Status PointReader::pick(std::size_t at, std::string_view chunk, event::Column& out) {
    const ColumnMeta& column = part_.meta().columns[at];
    const std::size_t count = column.chunks[block_].values;
    switch (column.encoding) {
        case Encoding::integers: {
            std::vector<std::int64_t> picked;
            TRY(decode_integers_at(chunk, count, positions_, picked));
            for (std::size_t i = 0; i < picked.size(); ++i) out.add_integer(places_[i], picked[i]);
            return base::ok();
        }
        case Encoding::numbers: {
            std::vector<double> picked;
            TRY(decode_numbers_at(chunk, count, positions_, picked));
            for (std::size_t i = 0; i < picked.size(); ++i) out.add_number(places_[i], picked[i]);
            return base::ok();
        }
        case Encoding::addresses: {
            std::string raw;
            TRY(decompress(chunk, count * sizeof(event::Ip), raw));
            if (raw.size() != count * sizeof(event::Ip)) return part_.damaged("addresses");
            for (std::size_t i = 0; i < positions_.size(); ++i) {
                event::Ip address;
                std::memcpy(&address, raw.data() + positions_[i] * sizeof(address),
                            sizeof(address));
                out.add_ip(places_[i], address);
            }
            return base::ok();
        }
        case Encoding::dictionary:
            return pick_entries(at, chunk, out);
        case Encoding::text:
            return pick_texts(at, chunk, out);
    }
    return part_.damaged("an encoding");
}

base::Result<event::Column> PointReader::pick_decoded(const event::Column& whole) const {
    event::Column out(whole.name, whole.type);
    if (whole.type == event::Type::string) out.pool = whole.pool;
    for (std::uint32_t place = 0; place < rows_.size(); ++place) {
        const auto [first, last] = whole.values_of(rows_[place]);
        for (std::size_t value = first; value < last; ++value) out.add_from(place, whole, value);
    }
    return out;
}

base::Result<event::Column> PointReader::values(std::size_t at) {
    const ColumnMeta& column = part_.meta().columns[at];
    event::Column out(column.name, column.type);
    // Most columns of a block have no value in a few given rows: they are not read.
    TRY(const bool any, may_have_values(column));
    if (!any) return out;
    if (const auto whole = part_.cached_column(at, block_)) return pick_decoded(*whole);
    // Of text even many rows are cheaper by the page.
    if (rows_.size() > few_rows && column.encoding != Encoding::text) {
        TRY(const auto whole, part_.column(at, block_));
        return pick_decoded(*whole);
    }
    TRY(const auto bytes, part_.region(column.chunks[block_].region));
    std::string_view chunk = *bytes;
    TRY(find(column, chunk));
    TRY(pick(at, chunk, out));
    return out;
}

}  // namespace storage::engine
