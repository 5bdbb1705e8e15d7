#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json_writer.h"
#include "event/batch.h"
#include "event/shape.h"

namespace api {

// Writes stored rows as members of a JSON object that is open. Holds a reference to the batch,
// which needs `_index` and all columns of its rows. One thread at a time.
class RowWriter {
  public:
    explicit RowWriter(const event::Batch& batch);

    // One row as a whole object: what `search` gives.
    void write(std::uint32_t row, JsonWriter& json);

    void write_identity(std::uint32_t row, JsonWriter& json);    // id, index, timestamp
    void write_fields(std::uint32_t row, JsonWriter& json);      // fields
    void write_source(std::uint32_t row, JsonWriter& json);      // source: as it was sent
    void write_violations(std::uint32_t row, JsonWriter& json);  // violations, when there are any

  private:
    struct Cell {
        std::uint32_t column = 0;
        std::uint32_t value = 0;
    };

    // The values of the row, those of one name side by side.
    std::pair<const Cell*, const Cell*> cells_of(std::uint32_t row) const;
    std::string_view text_of(std::string_view name, std::uint32_t row) const;

    const event::Batch& batch_;
    event::SourceWriter source_;
    std::vector<std::uint32_t> first_cell_;  // per row, and one more
    std::vector<Cell> cells_;
};

}  // namespace api
