#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace app {

// A row of a search answer. The views live during the call that hands it over.
struct FoundRow {
    std::string_view id;
    std::string_view index;
    std::string_view timestamp;
    std::string_view source;  // JSON, as the event was sent
    // Unified names and their values as text; several values are joined with ", ".
    std::vector<std::pair<std::string_view, std::string>> fields;

    // "" when there is none.
    std::string_view field(std::string_view name) const;
};

// Calls `use` with each row of a search answer's JSON and returns the next page's cursor, if there
// is one. Corrupt for what is no search answer.
base::Result<std::optional<std::string>> read_search_page(
    std::string body, const std::function<void(const FoundRow&)>& use);

}  // namespace app
