#pragma once

#include <string>
#include <string_view>

namespace net {

// The text as one gzip member at zlib's fastest level. Empty when there is no memory for it.
std::string gzip(std::string_view text);

}  // namespace net
