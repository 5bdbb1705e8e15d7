#include "query/row_filter.h"

#include <utility>

#include "event/schema.h"

namespace query {

base::Result<RowFilter> RowFilter::create(Selection selection, Scope scope) {
    RowFilter filter(std::move(selection), std::move(scope));
    TRY(filter.evaluator_,
        storage::Evaluator::create(filter.scope_.limit(filter.selection_.predicate, {})));
    return filter;
}

base::Result<storage::RowSet> RowFilter::select(const event::Batch& batch, std::string_view index) {
    storage::RowSet rows(batch.rows());
    if (!selection_.indices.matches(index)) return rows;
    const auto& range = selection_.range;
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        if (batch.time[row] >= range.from && batch.time[row] < range.to) rows.add(row);
    }
    if (rows.none()) return rows;
    storage::BatchBlock block(batch, index);
    if (scope_.all_fields()) {
        TRY(evaluator_->narrow(block, rows));
        return rows;
    }
    std::vector<std::string> names{std::string(event::field::timestamp)};
    for (const auto& column : batch.columns()) names.push_back(column.name);
    TRY(const auto evaluator,
        storage::Evaluator::create(scope_.limit(selection_.predicate, names)));
    TRY(evaluator->narrow(block, rows));
    return rows;
}

event::Batch RowFilter::visible(const event::Batch& batch,
                                std::span<const std::uint32_t> rows) const {
    event::Batch made = batch.gather(rows);
    hide_fields(scope_, made);
    return made;
}

}  // namespace query
