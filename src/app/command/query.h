#pragma once

#include <string>
#include <string_view>

#include "app/command/options.h"
#include "app/output.h"
#include "base/result.h"

namespace app {

// Searches a server and prints what is found, page by page. The exit code.
int run_query(const QueryOptions& options, Output& out);

// "15m" means 15 minutes ago; every other form of time is the server's to read.
std::string time_parameter(std::string_view text);

// The message, and below it the query with carets under the place, where the error has one.
std::string query_error_text(const base::Error& error, std::string_view query);

}  // namespace app
