#include "storage/engine/column_writer.h"

#include <algorithm>
#include <numeric>

#include "base/hash.h"
#include "event/schema.h"
#include "storage/engine/dictionary.h"
#include "storage/engine/filter.h"
#include "storage/engine/integers.h"
#include "storage/engine/numbers.h"
#include "storage/engine/postings.h"
#include "storage/engine/strings.h"

namespace storage::engine {

namespace {

constexpr std::size_t write_buffer = 1 << 20;
// Rows whose values are in memory at a time; fewer where their texts are long.
constexpr std::uint32_t window_rows = 32 * block_rows;
constexpr std::uint64_t window_bytes = 64 << 20;
// A dictionary must be used at least this often per entry to pay; ids less, for it is their index
// too.
constexpr double reuse = 2.0;
constexpr double reuse_of_ids = 1.4;
// After so many entries without reuse the rest is not looked at.
constexpr std::uint32_t trial = 4096;

std::uint32_t row_of(std::uint32_t position) { return position % block_rows; }

}  // namespace

void DataWriter::raw(std::string_view bytes) {
    buffer_.append(bytes);
    size_ += bytes.size();
    if (buffer_.size() >= write_buffer) flush();
}

Region DataWriter::region(std::string_view bytes) {
    if (bytes.empty()) return {};
    const Region region{size_, bytes.size(), checksum_of(bytes)};
    raw(bytes);
    return region;
}

void DataWriter::flush() {
    if (!failure_) {
        const auto written = file_.pwrite(size_ - buffer_.size(), buffer_);
        if (!written) failure_ = written.error();
    }
    buffer_.clear();
}

base::Status DataWriter::finish() {
    flush();
    if (failure_) return *failure_;
    return file_.sync();
}

bool ColumnWriter::is_id(const std::string& name) const {
    return name == event::field::id ||
           (options_.id_fields != nullptr && options_.id_fields->contains(name));
}

base::Status ColumnWriter::write_order() {
    const auto put = [this](std::string_view name, event::Type type, auto integers) {
        ColumnMeta column;
        column.name = name;
        column.type = type;
        column.values = integers.size();
        for (std::size_t begin = 0; begin < integers.size(); begin += block_rows) {
            const auto values =
                integers.subspan(begin, std::min<std::size_t>(block_rows, integers.size() - begin));
            const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
            std::string coded;
            encode_integers(values, coded);
            put_chunk(column, {}, coded,
                      {{}, static_cast<std::uint32_t>(values.size()), *least, *greatest});
        }
        meta_.columns.push_back(std::move(column));
    };
    put(time_column, event::Type::timestamp, std::span<const std::int64_t>(order_.time()));
    put(sequence_column, event::Type::integer,
        std::span(reinterpret_cast<const std::int64_t*>(order_.sequence().data()),
                  order_.sequence().size()));
    return base::ok();
}

void ColumnWriter::put_chunk(ColumnMeta& column, const std::vector<std::uint32_t>& rows,
                             std::string_view coded, Chunk chunk) {
    if (chunk.values > 0) {
        if (column.presence == Presence::listed) {
            std::string list;
            encode_codes(rows, list);
            base::ByteWriter writer;
            writer.string(list);
            writer.raw(coded);
            chunk.region = data_.region(writer.bytes());
        } else {
            chunk.region = data_.region(coded);
        }
    }
    column.chunks.push_back(chunk);
}

template <typename T, typename Read, typename Emit>
base::Status ColumnWriter::each_block(const ColumnMeta& column, Read read, Emit emit,
                                      std::uint32_t window) const {
    std::vector<Placed<T>> placed;
    std::vector<Placed<T>> in_block;
    if (window == 0) window = window_rows;
    for (std::uint32_t begin = 0; begin < order_.rows(); begin += window) {
        if (options_.stop.stop_requested())
            return base::Error(base::Code::cancelled, "the part is not needed any more");
        const std::uint32_t end = std::min(begin + window, order_.rows());
        placed.clear();
        std::vector<std::shared_ptr<const event::Column>> alive;  // texts point into them
        for (const RowOrder::SourceBlock& block : order_.blocks()) {
            if (block.least >= end || block.greatest < begin || block.least == RowOrder::nowhere) {
                continue;
            }
            TRY(const auto values, block.source->column(block.block, column.name, column.type));
            if (!values) continue;
            alive.push_back(values);
            for (std::size_t value = 0; value < values->size(); ++value) {
                const std::uint32_t position = block.positions[values->row_of(value)];
                if (position >= begin && position < end) {
                    placed.push_back({position, read(*values, value)});
                }
            }
        }
        const auto by_position = [](const Placed<T>& one, const Placed<T>& other) {
            return one.position < other.position;
        };
        // Stable: a row's values keep their order.
        if (!std::is_sorted(placed.begin(), placed.end(), by_position)) {
            std::stable_sort(placed.begin(), placed.end(), by_position);
        }
        auto next = placed.begin();
        for (std::uint32_t at = begin; at < end; at += block_rows) {
            in_block.clear();
            while (next != placed.end() && next->position < at + block_rows)
                in_block.push_back(*next++);
            emit(at / block_rows, in_block);
        }
    }
    return base::ok();
}

template <typename T>
std::vector<std::uint32_t> ColumnWriter::rows_in_block(const std::vector<Placed<T>>& values) {
    std::vector<std::uint32_t> rows;
    rows.reserve(values.size());
    for (const Placed<T>& value : values) rows.push_back(row_of(value.position));
    return rows;
}

base::Status ColumnWriter::decide_presence(ColumnMeta& column) {
    constexpr std::uint32_t unknown = UINT32_MAX;
    const bool have_shapes = !shapes_.empty();
    std::vector<std::uint32_t> per_shape(shape_count_, unknown);
    bool dense = true;
    bool by_shape = have_shapes;
    std::vector<std::uint32_t> counts;
    for (const RowOrder::SourceBlock& block : order_.blocks()) {
        counts.assign(block.positions.size(), 0);
        TRY(block.source->count_values(block.block, column.name, column.type, counts));
        for (std::size_t row = 0; row < counts.size(); ++row) {
            if (block.positions[row] == RowOrder::nowhere) continue;
            column.values += counts[row];
            dense = dense && counts[row] == 1;
            if (!by_shape) continue;
            std::uint32_t& expected = per_shape[shapes_[block.positions[row]]];
            if (expected == unknown) expected = counts[row];
            by_shape = expected == counts[row];
        }
    }
    column.presence = dense ? Presence::dense : by_shape ? Presence::by_shape : Presence::listed;
    if (column.presence == Presence::by_shape) {
        std::string coded;
        for (std::uint32_t& count : per_shape) count = count == unknown ? 0 : count;
        encode_codes(per_shape, coded);
        column.shape_counts = data_.region(coded);
    }
    return base::ok();
}

base::Status ColumnWriter::write(const std::string& name, event::Type type) {
    ColumnMeta column;
    column.name = name;
    column.type = type;
    TRY(decide_presence(column));
    if (column.values == 0) return base::ok();
    if (type == event::Type::string) {
        TRY(write_strings(column));
    } else if (type == event::Type::number) {
        column.encoding = Encoding::numbers;
        TRY(each_block<double>(
            column, [](const event::Column& from, std::size_t at) { return from.numbers[at]; },
            [&](std::size_t, const std::vector<Placed<double>>& placed) {
                std::vector<double> values;
                for (const auto& one : placed) values.push_back(one.value);
                std::string coded;
                encode_numbers(values, options_.compression, coded);
                put_chunk(column, rows_in_block(placed), coded,
                          {{}, static_cast<std::uint32_t>(values.size()), 0, 0});
            }));
    } else if (type == event::Type::ip) {
        column.encoding = Encoding::addresses;
        TRY(each_block<event::Ip>(
            column, [](const event::Column& from, std::size_t at) { return from.ips[at]; },
            [&](std::size_t, const std::vector<Placed<event::Ip>>& placed) {
                std::string raw;
                for (const auto& one : placed) {
                    raw.append(reinterpret_cast<const char*>(one.value.bytes.data()), 16);
                }
                std::string coded;
                compress(raw, options_.compression, coded);
                put_chunk(column, rows_in_block(placed), coded,
                          {{}, static_cast<std::uint32_t>(placed.size()), 0, 0});
            }));
    } else {
        column.encoding = Encoding::integers;
        TRY(each_block<std::int64_t>(
            column, [](const event::Column& from, std::size_t at) { return from.integers[at]; },
            [&](std::size_t, const std::vector<Placed<std::int64_t>>& placed) {
                std::vector<std::int64_t> values;
                for (const auto& one : placed) values.push_back(one.value);
                Chunk chunk{{}, static_cast<std::uint32_t>(values.size()), 0, 0};
                std::string coded;
                if (!values.empty()) {
                    const auto [least, greatest] =
                        std::minmax_element(values.begin(), values.end());
                    chunk.least = *least;
                    chunk.greatest = *greatest;
                    encode_integers(values, coded);
                }
                put_chunk(column, rows_in_block(placed), coded, chunk);
            }));
    }
    meta_.columns.push_back(std::move(column));
    return base::ok();
}

base::Status ColumnWriter::write_strings(ColumnMeta& column) {
    TRY(const auto dictionary, gather_dictionary(column));
    if (!dictionary) return write_text(column);
    write_dictionary(*dictionary, column);
    return write_codes(*dictionary, column);
}

base::Result<std::optional<Dictionary>> ColumnWriter::gather_dictionary(
    const ColumnMeta& column) const {
    const bool always = column.name == event::field::shape || column.name == event::field::id;
    const bool id = is_id(column.name);
    Dictionary found;
    event::StringPool all;
    std::uint64_t seen = 0;
    for (const RowOrder::SourceBlock& block : order_.blocks()) {
        if (block.least == RowOrder::nowhere) continue;
        TRY(auto pool, block.source->texts(column.name));
        std::shared_ptr<const event::Column> values;
        if (!pool) {
            TRY(values, block.source->column(block.block, column.name, column.type));
            if (!values) continue;
            pool = values->pool;
            seen += values->size();
        }
        auto [entry, made] = found.entries.try_emplace(pool.get());
        if (made) {
            entry->second.assign(pool->size(), RowOrder::nowhere);
            found.owners.push_back(pool);
        }
        std::vector<std::uint32_t>& numbers = entry->second;
        if (!values && made) {
            for (std::uint32_t text = 0; text < pool->size(); ++text) {
                numbers[text] = all.intern((*pool)[text]);
            }
        }
        for (std::size_t value = 0; values && value < values->size(); ++value) {
            std::uint32_t& number = numbers[values->codes[value]];
            if (number != RowOrder::nowhere) continue;
            if (block.positions[values->row_of(value)] == RowOrder::nowhere) continue;
            number = all.intern(values->text(value));
        }
        if (!always && !id && all.size() > trial &&
            all.size() * reuse > static_cast<double>(seen) && seen > 0) {
            return std::optional<Dictionary>();
        }
    }
    const double needed = id ? reuse_of_ids : reuse;
    if (!always && all.size() > 16 && all.size() * needed > static_cast<double>(column.values)) {
        return std::optional<Dictionary>();
    }
    std::vector<std::uint32_t> sorted(all.size());
    std::iota(sorted.begin(), sorted.end(), 0U);
    std::sort(sorted.begin(), sorted.end(),
              [&all](std::uint32_t one, std::uint32_t other) { return all[one] < all[other]; });
    std::vector<std::uint32_t> rank(all.size());
    for (std::uint32_t at = 0; at < sorted.size(); ++at) {
        rank[sorted[at]] = at;
        found.sorted.append(all[sorted[at]]);
    }
    for (auto& [pool, numbers] : found.entries) {
        for (std::uint32_t& number : numbers) {
            if (number != RowOrder::nowhere) number = rank[number];
        }
    }
    return std::optional(std::move(found));
}

void ColumnWriter::write_dictionary(const Dictionary& dictionary, ColumnMeta& column) {
    column.encoding = Encoding::dictionary;
    column.entries = dictionary.sorted.size();
    std::string directory;
    std::string pages;
    DictionaryDirectory::encode(dictionary.sorted, directory, pages);
    column.dictionary = data_.region(directory);
    data_.raw(pages);
    if (!is_id(column.name)) return;
    std::vector<std::uint64_t> hashes;
    hashes.reserve(column.entries);
    for (std::uint32_t entry = 0; entry < column.entries; ++entry) {
        hashes.push_back(base::hash_of(dictionary.sorted[entry]));
    }
    column.filter = data_.region(filter::build(hashes));
}

base::Status ColumnWriter::write_codes(const Dictionary& dictionary, ColumnMeta& column) {
    const bool is_shape = column.name == event::field::shape;
    if (is_shape && column.presence == Presence::dense) {
        shapes_.assign(order_.rows(), 0);
        shape_count_ = column.entries;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> postings;
    const event::StringPool* last_pool = nullptr;
    const std::vector<std::uint32_t>* numbers = nullptr;
    std::vector<std::uint32_t> codes;
    TRY(each_block<std::uint32_t>(
        column,
        [&](const event::Column& from, std::size_t at) {
            if (from.pool.get() != last_pool) {
                last_pool = from.pool.get();
                const auto found = dictionary.entries.find(last_pool);
                numbers = found == dictionary.entries.end() ? nullptr : &found->second;
            }
            // A pool that was read anew has another address: look the text up.
            if (numbers == nullptr) {
                return dictionary.sorted.find_sorted(from.text(at)).value_or(RowOrder::nowhere);
            }
            return (*numbers)[from.codes[at]];
        },
        [&](std::size_t block, const std::vector<Placed<std::uint32_t>>& placed) {
            codes.clear();
            for (const auto& one : placed) {
                codes.push_back(one.value);
                if (!shapes_.empty() && is_shape) shapes_[one.position] = one.value;
            }
            std::string coded;
            encode_codes(codes, coded);
            put_chunk(column, rows_in_block(placed), coded,
                      {{}, static_cast<std::uint32_t>(codes.size()), 0, 0});
            std::sort(codes.begin(), codes.end());
            codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
            for (const std::uint32_t code : codes) {
                postings.emplace_back(code, static_cast<std::uint32_t>(block));
            }
        }));
    std::sort(postings.begin(), postings.end());
    column.postings = data_.region(Postings::encode(postings, column.entries));
    return base::ok();
}

base::Result<std::uint32_t> ColumnWriter::text_window(const ColumnMeta& column) const {
    for (const RowOrder::SourceBlock& block : order_.blocks()) {
        if (block.least == RowOrder::nowhere) continue;
        TRY(const auto values, block.source->column(block.block, column.name, column.type));
        if (!values || values->empty()) continue;
        std::uint64_t bytes = 0;
        for (std::size_t value = 0; value < values->size(); ++value)
            bytes += values->text(value).size();
        const std::uint64_t per_block = bytes * block_rows / block.positions.size() + 1;
        return block_rows * static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
                                window_bytes / per_block, 1, window_rows / block_rows));
    }
    return window_rows;
}

base::Status ColumnWriter::write_text(ColumnMeta& column) {
    TRY(const std::uint32_t window, text_window(column));
    column.encoding = Encoding::text;
    bool tokens = is_id(column.name);
    bool decided = tokens;
    std::string filters;
    std::vector<std::string_view> values;
    TRY(each_block<std::string_view>(
        column, [](const event::Column& from, std::size_t at) { return from.text(at); },
        [&](std::size_t, const std::vector<Placed<std::string_view>>& placed) {
            values.clear();
            for (const auto& one : placed) values.push_back(one.value);
            std::string coded;
            TextPages::encode(values, options_.compression, coded);
            put_chunk(column, rows_in_block(placed), coded,
                      {{}, static_cast<std::uint32_t>(values.size()), 0, 0});
            if (!decided && !values.empty()) {
                // The first block decides: short values without a space are ids, and worth a
                // filter.
                decided = true;
                tokens = std::all_of(values.begin(), values.end(), [](std::string_view value) {
                    return value.size() <= 64 && value.find(' ') == std::string_view::npos;
                });
            }
            if (!tokens || values.empty()) return;
            std::vector<std::uint64_t> hashes;
            for (const std::string_view value : values) hashes.push_back(base::hash_of(value));
            filters += filter::build(hashes);
        },
        window));
    column.filter = data_.region(filters);
    return base::ok();
}

}  // namespace storage::engine
