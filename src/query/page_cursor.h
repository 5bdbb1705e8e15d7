#pragma once

#include <string>

#include "query/search.h"

namespace query {

// The cursor that a request brings. InvalidArgument when it is not one of the same question.
// REQUIRES: there is one.
base::Result<Cursor> page_cursor_of(const SearchRequest& request);
// The cursor of the page behind this row.
std::string page_cursor_behind(storage::Position row, const SearchRequest& request);

}  // namespace query
