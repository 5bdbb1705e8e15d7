#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"

namespace base {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return hash_of(text); }
};

// Maps and sets of strings that are searched by string_view without a copy.
template <typename Value>
using StringMap = std::unordered_map<std::string, Value, StringHash, std::equal_to<>>;
using StringSet = std::unordered_set<std::string, StringHash, std::equal_to<>>;

}  // namespace base
