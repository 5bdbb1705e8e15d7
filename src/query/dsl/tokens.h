#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace query::dsl {

// Cuts a query's text as Elasticsearch's standard analyzer does: at white space and punctuation,
// but not at a point, colon or apostrophe between letters ("plate.stl", "can't") nor at a point or
// comma between digits ("3.14"); lower case. Each token is one or several of Ordertrail's words
// (storage/words.h), one behind the other.
std::vector<std::string> tokens_of(std::string_view text);

}  // namespace query::dsl
