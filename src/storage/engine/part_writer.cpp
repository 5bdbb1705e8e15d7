#include "storage/engine/part_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "event/schema.h"
#include "storage/engine/capped_source.h"
#include "storage/engine/column_writer.h"
#include "storage/engine/row_order.h"

namespace storage::engine {

namespace {

constexpr std::string_view data_magic = "OTPD\x01\0\0\0";

// Every column of any source; `_shape` first, since the presence of the others is told by it.
std::vector<std::pair<std::string, event::Type>> union_of_columns(
    const std::vector<std::shared_ptr<RowSource>>& sources) {
    std::set<std::pair<std::string, event::Type>> all;
    for (const auto& source : sources) {
        for (SourceColumn& column : source->columns())
            all.emplace(std::move(column.name), column.type);
    }
    std::vector<std::pair<std::string, event::Type>> ordered(all.begin(), all.end());
    std::stable_partition(ordered.begin(), ordered.end(),
                          [](const auto& column) { return column.first == event::field::shape; });
    return ordered;
}

void describe_blocks(const RowOrder& order, PartMeta& meta) {
    meta.rows = order.rows();
    meta.first = order.time().front();
    meta.last = order.time().back();
    const auto [least, greatest] =
        std::minmax_element(order.sequence().begin(), order.sequence().end());
    meta.least_sequence = *least;
    meta.greatest_sequence = *greatest;
    for (std::uint32_t begin = 0; begin < order.rows(); begin += block_rows) {
        const std::uint32_t end = std::min(begin + block_rows, order.rows());
        meta.blocks.push_back({end - begin, order.time()[begin], order.time()[end - 1]});
    }
}

}  // namespace

base::Result<PartMeta> write_part(base::FileSystem& files, const std::string& directory,
                                  const PartOptions& options,
                                  const std::vector<std::shared_ptr<RowSource>>& all_sources) {
    const std::set<ColumnKey> excess =
        excess_columns(all_sources, options.columns, options.id_fields);
    std::vector<std::shared_ptr<RowSource>> sources = all_sources;
    if (!excess.empty()) {
        for (auto& source : sources) source = std::make_shared<CappedSource>(source, excess);
    }
    TRY(RowOrder order, RowOrder::create(sources));
    PartMeta meta;
    if (order.rows() == 0) return meta;
    meta.id = options.id;
    meta.index = options.index;
    meta.day = options.day;
    meta.replaces = options.replaces;
    describe_blocks(order, meta);

    TRY(files.make_directories(directory));
    TRY(auto file, files.open(directory + "/data", base::OpenMode::create));
    DataWriter data(*file);
    data.raw(data_magic);
    ColumnWriter columns(data, order, options, meta);
    TRY(columns.write_order());
    order.forget_keys();
    for (const auto& [name, type] : union_of_columns(sources)) TRY(columns.write(name, type));
    TRY(data.finish());
    meta.data_bytes = data.size();

    TRY(files.replace_file(directory + "/meta", encode_meta(meta)));
    const std::filesystem::path path(directory);
    TRY(files.sync_directory(path.parent_path().string()));
    TRY(files.sync_directory(path.parent_path().parent_path().string()));
    TRY(files.sync_directory(path.parent_path().parent_path().parent_path().string()));
    return meta;
}

}  // namespace storage::engine
