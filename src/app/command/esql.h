#pragma once

#include <string>
#include <string_view>

#include "app/client.h"
#include "app/command/row_printer.h"

namespace app {

// `ordertrail query --language esql`: asks and prints the answer's table. Exit code.
int run_esql(const QueryOptions& options, const RowStyle& style, Client& client, Output& out);

// An answer of /_query in one of the formats. Corrupt: it cannot be read.
base::Result<std::string> esql_text(std::string_view answer, const RowStyle& style);

// The place that "line 1:20: …" names in a query is put into the error. For carets below it.
base::Error with_place(base::Error error, std::string_view query);

}  // namespace app
