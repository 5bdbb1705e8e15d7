#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/dsl/search_body.h"
#include "query/search.h"

namespace query::dsl {

// The page of rows that a search shows, as Elasticsearch's `hits`.
struct Hits {
    std::uint64_t total = 0;  // of all rows, as far as they were counted
    bool total_is_exact = true;
    std::size_t shown = 0;
    std::string text;  // of the array, as JSON
    // The last row shown, for a next page: its sort values and, in the store's order, its place.
    std::vector<json::value> last;
    std::optional<storage::Position> position;
};

struct HitsRequest {
    const SearchBody& body;
    const Mapping& mapping;
    Selection selection;  // with the body's query in it
    // Only rows behind this place, where the body has no sort of its own.
    std::optional<storage::Position> after = {};
    // Text beyond this is refused.
    std::size_t byte_limit = 64 << 20;
};

// Without `sort` the newest rows come first. Rows that are equal in all of it come in the order in
// which they were stored.
Parsed<Hits> find_hits(const Searcher& searcher, const HitsRequest& request);

// {"total":{…},"max_score":…,"hits":[…]}
std::string hits_object(const Hits& hits, const SearchBody& body);

}  // namespace query::dsl
