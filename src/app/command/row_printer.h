#pragma once

#include <memory>

#include "app/command/options.h"
#include "app/command/search_page.h"
#include "app/output.h"

namespace app {

struct RowStyle {
    RowFormat format = RowFormat::table;
    bool with_meta = false;
    bool colours = false;
    std::size_t width = 0;  // columns of the terminal; 0: as wide as the rows
};

// Prints rows in one of the formats of `ordertrail query`. One thread at a time.
class RowPrinter {
  public:
    static std::unique_ptr<RowPrinter> create(const RowStyle& style, Output& out);
    virtual ~RowPrinter() = default;

    virtual void print(const FoundRow& row) = 0;
    // Behind the last row of a page: what was held back for laying it out is printed.
    virtual void end_page() {}
};

}  // namespace app
