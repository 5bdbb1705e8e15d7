#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace input {

struct Line {
    std::string_view text;
    std::size_t number = 0;  // from 1; of a JSON array: the element's place
};

// The lines of a body that are not empty, without their line ends; the last one needs none.
// TooLarge when there are more than `most`.
base::Result<std::vector<Line>> split_lines(std::string_view body, std::size_t most);

// The elements of a JSON array, as their own text; strings and brackets alone are looked at, the
// elements are parsed later. InvalidArgument when the brackets do not fit or something follows the
// array, TooLarge as above.
base::Result<std::vector<Line>> split_array(std::string_view body, std::size_t most);

// Whether the body's first character beside white space is '['.
bool is_array(std::string_view body);

}  // namespace input
