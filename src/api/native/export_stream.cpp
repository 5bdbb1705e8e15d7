#include "api/native/export_stream.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "event/json_text.h"
#include "event/schema.h"
#include "event/shape.h"
#include "query/field_kind.h"
#include "query/search.h"

namespace api {

namespace {

constexpr std::size_t first_page_rows = 500;
constexpr std::size_t most_page_rows = 8000;
constexpr std::size_t piece_bytes = 1 << 20;

void append_header(const ExportPlan& plan, std::string& out) {
    for (std::size_t at = 0; at < plan.columns.size(); ++at) {
        if (at > 0) out.push_back(',');
        append_csv_text(plan.columns[at], plan.style, out);
    }
    out += "\r\n";
}

// All values of a row in the columns of a name, texts of several behind one another.
void append_cell(const event::Batch& batch, const std::vector<std::size_t>& columns,
                 std::uint32_t row, const CsvStyle& style, std::string& out) {
    std::string text;
    std::size_t count = 0;
    bool number = false;
    for (const std::size_t at : columns) {
        const event::Column& column = batch.columns()[at];
        const auto [first, last] = column.values_of(row);
        for (auto value = first; value < last; ++value) {
            if (count++ > 0) text += ", ";
            if (column.type == event::Type::timestamp) {
                append_csv_time(std::get<query::Time>(query::value_at(column, value)).nanos, style,
                                text);
            } else {
                text += query::text_of(query::value_at(column, value));
            }
            number = column.type == event::Type::integer || column.type == event::Type::number;
        }
    }
    CsvStyle cell = style;
    // A lone number is no formula.
    if (count == 1 && number) cell.raw = true;
    append_csv_text(text, cell, out);
}

}  // namespace

ExportStream::ExportStream(std::shared_ptr<const storage::Snapshot> snapshot,
                           const event::Catalog& catalog, ExportPlan plan)
    : snapshot_(std::move(snapshot)),
      catalog_(catalog),
      plan_(std::move(plan)),
      page_rows_(first_page_rows) {
    for (const auto& name : plan_.columns) {
        unified_.push_back(name == "index" ? std::string(event::field::index)
                           : name == "id"  ? std::string(event::field::id)
                                           : query::resolve_field(name, catalog).name);
    }
}

base::Result<std::string> ExportStream::next(std::stop_token stop) {
    std::string out;
    if (!std::exchange(begun_, true) && plan_.format == ExportFormat::csv)
        append_header(plan_, out);
    if (rows_ >= plan_.limit) done_ = true;
    if (done_) return out;

    storage::ScanRequest request;
    request.indices = plan_.selection.indices;
    request.range = plan_.selection.range;
    request.predicate = plan_.selection.predicate;
    if (plan_.format == ExportFormat::csv) {
        request.columns = unified_;
        request.columns.emplace_back(event::field::id);
        request.columns.emplace_back(event::field::overflow);
    }
    request.order = plan_.order;
    request.limit = std::min<std::uint64_t>(page_rows_, plan_.limit - rows_);
    request.after = after_;
    const std::size_t wanted = request.limit;
    const query::Searcher searcher(snapshot_, catalog_, query::Scope::everything(),
                                   std::move(stop));
    std::size_t found = 0;
    bool cut = false;
    TRY(searcher.rows(std::move(request), [&](const event::Batch& batch) {
        const auto rows =
            static_cast<std::uint32_t>(std::min<std::size_t>(batch.rows(), wanted - found));
        if (rows == 0) return false;
        append(batch, rows, out);
        found += rows;
        after_ = storage::Position{batch.time[rows - 1], batch.sequence[rows - 1]};
        cut = out.size() > 8 * piece_bytes;
        return found < wanted && !cut;
    }));
    rows_ += found;
    if (found < wanted && !cut) done_ = true;
    if (found > 0)
        page_rows_ = std::clamp<std::size_t>(piece_bytes * found / out.size(), 16, most_page_rows);
    return out;
}

void ExportStream::append(const event::Batch& batch, std::uint32_t rows, std::string& out) const {
    if (plan_.format == ExportFormat::ndjson) {
        event::SourceWriter source(batch);
        for (std::uint32_t row = 0; row < rows; ++row) {
            const auto begin = static_cast<std::ptrdiff_t>(out.size());
            source.append(row, out);
            // Line breaks can only be blanks between the event's parts: JSON escapes those in
            // texts.
            std::replace_if(
                out.begin() + begin, out.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
            out.push_back('\n');
        }
        return;
    }
    std::vector<std::vector<std::size_t>> columns;
    for (const auto& name : unified_) columns.push_back(batch.named(name));
    for (std::uint32_t row = 0; row < rows; ++row) {
        for (std::size_t at = 0; at < unified_.size(); ++at) {
            if (at > 0) out.push_back(',');
            if (unified_[at] == event::field::timestamp) {
                append_csv_time(batch.time[row], plan_.style, out);
            } else if (unified_[at] == event::field::id) {
                append_csv_text(query::row_id(batch, row), plan_.style, out);
            } else {
                append_cell(batch, columns[at], row, plan_.style, out);
            }
        }
        out += "\r\n";
    }
}

}  // namespace api
