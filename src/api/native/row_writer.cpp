#include "api/native/row_writer.h"

#include <algorithm>

#include "base/string_map.h"
#include "event/schema.h"
#include "query/search.h"
#include "query/value.h"

namespace api {

namespace {

// Positions of the columns that clients see, those of one name (of several types) behind the first
// of them.
std::vector<std::uint32_t> visible_columns(const event::Batch& batch) {
    base::StringMap<std::uint32_t> first_of_name;
    std::vector<std::uint32_t> order;
    const auto& columns = batch.columns();
    for (std::uint32_t at = 0; at < columns.size(); ++at) {
        if (columns[at].name.starts_with('_')) continue;
        first_of_name.try_emplace(columns[at].name, at);
        order.push_back(at);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t left, std::uint32_t right) {
        return first_of_name.find(columns[left].name)->second <
               first_of_name.find(columns[right].name)->second;
    });
    return order;
}

}  // namespace

RowWriter::RowWriter(const event::Batch& batch)
    : batch_(batch), source_(batch), first_cell_(batch.rows() + 1, 0) {
    const auto order = visible_columns(batch);
    const auto& columns = batch.columns();
    // Two passes over the columns, counting and placing, instead of a search per row and column.
    for (const auto at : order) {
        for (std::size_t value = 0; value < columns[at].size(); ++value)
            ++first_cell_[columns[at].row_of(value) + 1];
    }
    for (std::size_t row = 1; row < first_cell_.size(); ++row)
        first_cell_[row] += first_cell_[row - 1];
    cells_.resize(first_cell_.back());
    std::vector<std::uint32_t> next(first_cell_.begin(), first_cell_.end() - 1);
    for (const auto at : order) {
        for (std::size_t value = 0; value < columns[at].size(); ++value) {
            cells_[next[columns[at].row_of(value)]++] = {at, static_cast<std::uint32_t>(value)};
        }
    }
}

std::pair<const RowWriter::Cell*, const RowWriter::Cell*> RowWriter::cells_of(
    std::uint32_t row) const {
    return {cells_.data() + first_cell_[row], cells_.data() + first_cell_[row + 1]};
}

std::string_view RowWriter::text_of(std::string_view name, std::uint32_t row) const {
    const auto* column = batch_.find(name, event::Type::string);
    if (column == nullptr) return {};
    const auto [first, last] = column->values_of(row);
    return first == last ? std::string_view{} : column->text(first);
}

void RowWriter::write(std::uint32_t row, JsonWriter& json) {
    json.begin_object();
    write_identity(row, json);
    json.key("seq").unsigned_integer(batch_.sequence[row]);
    write_fields(row, json);
    write_source(row, json);
    write_violations(row, json);
    json.end_object();
}

void RowWriter::write_identity(std::uint32_t row, JsonWriter& json) {
    json.key("id").string(query::row_id(batch_, row));
    json.key("index").string(text_of(event::field::index, row));
    json.key("timestamp").string(event::rfc3339(batch_.time[row]));
}

void RowWriter::write_fields(std::uint32_t row, JsonWriter& json) {
    json.key("fields").begin_object();
    const auto& columns = batch_.columns();
    auto [cell, end] = cells_of(row);
    while (cell != end) {
        const auto& name = columns[cell->column].name;
        const auto* last = std::find_if(cell, end, [&](const Cell& other) {
            return other.column != cell->column && columns[other.column].name != name;
        });
        json.key(name);
        if (last - cell > 1) json.begin_array();
        const bool several = last - cell > 1;
        for (; cell != last; ++cell)
            json.value(query::value_at(columns[cell->column], cell->value));
        if (several) json.end_array();
    }
    json.end_object();
}

void RowWriter::write_source(std::uint32_t row, JsonWriter& json) {
    source_.append(row, json.key("source").raw());
}

void RowWriter::write_violations(std::uint32_t row, JsonWriter& json) {
    const auto* column = batch_.find(event::field::violations, event::Type::string);
    if (column == nullptr) return;
    const auto [first, last] = column->values_of(row);
    if (first == last) return;
    json.key("violations").begin_array();
    for (auto at = first; at < last; ++at) json.string(column->text(at));
    json.end_array();
}

}  // namespace api
