#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/dsl/query_reader.h"
#include "query/dsl/source_filter.h"

namespace query::dsl {

struct SortKey {
    // Type none and the name "_doc": the order in which rows were stored; any other name: a field
    // that is not mapped and need not be.
    MappedField field;
    bool descending = false;
    bool missing_first = false;
    // As what a row without a value is shown: numbers and dates as the largest or the smallest one.
    FieldType missing_type = FieldType::none;
    std::optional<DateFormat> format;
};

// One of `fields` or `docvalue_fields`.
struct ShownField {
    std::string pattern;
    std::optional<DateFormat> format;
};

// The body of a search, understood. Query parameters of the same names are put into the JSON
// before.
struct SearchBody {
    static constexpr std::int64_t window = 10'000;

    storage::Predicate query;
    std::size_t from = 0;
    std::size_t size = 10;
    std::vector<SortKey> sort;
    // The last key only keeps pages apart: hits do not show it.
    bool last_key_is_hidden = false;
    std::optional<std::vector<json::value>> search_after;
    // Hits counted at most: none: not at all.
    std::optional<std::uint64_t> track_total = 10'000;
    SourceFilter source;
    std::vector<ShownField> fields;
    bool version = false;
    bool sequence = false;
    const json::object* aggregations = nullptr;  // in the JSON that was read
};

// Reads it. Failures: what Elasticsearch refuses, and options that are not supported, by name.
// REQUIRES: `object` outlives the answer.
Parsed<SearchBody> read_search(const json::object& object, const Mapping& mapping, base::Nanos now);

// "a:desc,b" as `sort` of the query string says it, as JSON.
json::value sort_parameter(std::string_view text);

}  // namespace query::dsl
