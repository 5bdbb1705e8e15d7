#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/native/csv.h"
#include "base/result.h"
#include "event/catalog.h"
#include "query/selection.h"
#include "storage/store.h"

namespace api {

enum class ExportFormat { ndjson, csv };

struct ExportPlan {
    query::Selection selection;
    ExportFormat format = ExportFormat::ndjson;
    std::vector<std::string> columns;  // of CSV, as asked for
    CsvStyle style;
    storage::Order order = storage::Order::newest_first;
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

// The pieces of one export. One thread at a time. REQUIRES: the catalog outlives it.
class ExportStream {
  public:
    ExportStream(std::shared_ptr<const storage::Snapshot> snapshot, const event::Catalog& catalog,
                 ExportPlan plan);

    // The next piece, about a megabyte; empty at the end. Failures: Cancelled, Io, Corrupt.
    base::Result<std::string> next(std::stop_token stop);
    // Rows in the pieces so far.
    std::uint64_t rows() const { return rows_; }

  private:
    void append(const event::Batch& batch, std::uint32_t rows, std::string& out) const;

    std::shared_ptr<const storage::Snapshot> snapshot_;
    const event::Catalog& catalog_;
    ExportPlan plan_;
    std::vector<std::string> unified_;  // the columns' unified names
    std::optional<storage::Position> after_;
    std::uint64_t rows_ = 0;
    std::size_t page_rows_;
    bool begun_ = false;
    bool done_ = false;
};

}  // namespace api
