#pragma once

#include <string>
#include <string_view>

namespace storage {

// The longest piece of text, letter case aside, that every match of a regular expression holds;
// empty when none is plain to see. Careful rather than clever: alternatives, groups and classes
// count for nothing.
std::string required_text(std::string_view expression);

}  // namespace storage
