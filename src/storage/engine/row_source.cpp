#include "storage/engine/row_source.h"

namespace storage::engine {

namespace {

bool is_order(std::string_view name) { return name == time_column || name == sequence_column; }

void count_rows(const std::vector<std::uint32_t>& rows, std::size_t values,
                std::vector<std::uint32_t>& counts) {
    if (rows.empty()) {
        for (std::size_t row = 0; row < values; ++row) ++counts[row];
    } else {
        for (const std::uint32_t row : rows) ++counts[row];
    }
}

}  // namespace

base::Status BatchSource::order(std::size_t, std::vector<base::Nanos>& time,
                                std::vector<std::uint64_t>& sequence) const {
    time = batch_->time;
    sequence = batch_->sequence;
    return base::ok();
}

std::vector<SourceColumn> BatchSource::columns() const {
    std::vector<SourceColumn> found;
    for (const event::Column& column : batch_->columns()) {
        if (!column.empty()) found.push_back({column.name, column.type, column.size()});
    }
    return found;
}

base::Result<std::shared_ptr<const event::Column>> BatchSource::column(std::size_t,
                                                                       const std::string& name,
                                                                       event::Type type) const {
    // The pointer shares the batch's ownership.
    return std::shared_ptr<const event::Column>(batch_, batch_->find(name, type));
}

base::Status BatchSource::count_values(std::size_t, const std::string& name, event::Type type,
                                       std::vector<std::uint32_t>& counts) const {
    if (const event::Column* column = batch_->find(name, type)) {
        count_rows(column->rows, column->size(), counts);
    }
    return base::ok();
}

base::Status PartSource::order(std::size_t block, std::vector<base::Nanos>& time,
                               std::vector<std::uint64_t>& sequence) const {
    PartBlock view(part_, block);
    TRY(const auto times, view.time());
    TRY(const auto sequences, view.sequence());
    time.assign(times.begin(), times.end());
    sequence.assign(sequences.begin(), sequences.end());
    return base::ok();
}

std::vector<SourceColumn> PartSource::columns() const {
    std::vector<SourceColumn> found;
    for (const ColumnMeta& column : part_->meta().columns) {
        if (!is_order(column.name)) found.push_back({column.name, column.type, column.values});
    }
    return found;
}

base::Result<std::shared_ptr<const event::Column>> PartSource::column(std::size_t block,
                                                                      const std::string& name,
                                                                      event::Type type) const {
    const auto at = part_->position(name, type);
    if (!at || part_->meta().columns[*at].chunks[block].values == 0) {
        return std::shared_ptr<const event::Column>();
    }
    return part_->column(*at, block);
}

base::Status PartSource::count_values(std::size_t block, const std::string& name, event::Type type,
                                      std::vector<std::uint32_t>& counts) const {
    const auto at = part_->position(name, type);
    if (!at) return base::ok();
    TRY(const auto rows, part_->rows(*at, block));
    count_rows(rows, part_->meta().columns[*at].chunks[block].values, counts);
    return base::ok();
}

base::Result<std::shared_ptr<const event::StringPool>> PartSource::texts(
    const std::string& name) const {
    const auto at = part_->position(name, event::Type::string);
    // With deleted rows some texts may be theirs alone, and those must not live on.
    if (!at || part_->meta().columns[*at].encoding != Encoding::dictionary ||
        (deleted_ && !deleted_->isEmpty())) {
        return std::shared_ptr<const event::StringPool>();
    }
    TRY(auto pool, part_->dictionary(*at));
    return std::shared_ptr<const event::StringPool>(std::move(pool));
}

}  // namespace storage::engine
