#pragma once

#include <string>
#include <vector>

#include "query/dsl/search_body.h"
#include "query/search.h"

namespace query::dsl {

// A row and where it stands in a sort.
struct TopRow {
    std::vector<Value> keys;  // none: no value
    base::Nanos time = 0;
    std::uint64_t sequence = 0;
    std::string index;
    std::string id;
};

// The first `size` rows in the order of `body.sort`, behind `body.search_after`. Holds no more than
// so many; where the first key is the time the store's order lets it end early.
Parsed<std::vector<TopRow>> top_rows(const Searcher& searcher, const Selection& selection,
                                     const SearchBody& body, std::size_t size);

// A key as `sort` of a hit shows it, and back. A failure for a value of another type.
json::value shown_key(const Value& value, const SortKey& key);
Parsed<Value> key_of(const json::value& shown, const SortKey& key);

}  // namespace query::dsl
