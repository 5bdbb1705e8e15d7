#pragma once

#include <string>
#include <string_view>

#include "event/catalog.h"

namespace query {

// How conditions on a field compare.
enum class FieldKind : std::uint8_t {
    time,     // "timestamp": the row's time, never a string
    keyword,  // strings as a whole: the catalog's ids and enumerations, `_id`, `_index`
    level,    // a keyword with known spellings and an order
    text,     // strings as a whole or by their words; other types as the value reads
    typed,    // by the catalog a number, boolean, address or time; strings that did not fit as a
              // whole
    secret,   // Ordertrail's own columns that no condition sees
};

struct FieldReference {
    std::string name;  // unified
    FieldKind kind = FieldKind::text;
    event::Type type = event::Type::string;  // of `typed`
};

// What a field name in a query means: aliases and "additional_data." resolved; "x.keyword" is x as
// a keyword unless the catalog has a field of that name; names with `*` are text.
FieldReference resolve_field(std::string_view name, const event::Catalog& catalog);

}  // namespace query
