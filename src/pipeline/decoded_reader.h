#pragma once

#include <cstddef>
#include <string>

#include "event/event_builder.h"
#include "pipeline/row_builder.h"

namespace pipeline {

// Lets an input tell one of its decoded records to a RowBuilder. One thread at a time.
class DecodedReader {
  public:
    // The input's own refusal; the row is then half told.
    base::Status read(const event::DecodedRecords& records, std::size_t at, RowBuilder& row);

  private:
    class Teller;
    std::string valid_;  // a text with U+FFFD for what is not UTF-8
};

}  // namespace pipeline
