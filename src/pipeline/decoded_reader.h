#pragma once

#include <cstddef>
#include <string>

#include "event/event_builder.h"
#include "pipeline/row_builder.h"
#include "pipeline/transform/draft.h"

namespace pipeline {

// Lets an input tell one of its decoded records to a RowBuilder, or a Draft. One thread at a time.
class DecodedReader {
  public:
    // The input's own refusal; the row is then half told.
    template <class Row>
    base::Status read(const event::DecodedRecords& records, std::size_t at, Row& row);

  private:
    template <class Row>
    class Teller;
    std::string valid_;  // a text with U+FFFD for what is not UTF-8
};

}  // namespace pipeline
