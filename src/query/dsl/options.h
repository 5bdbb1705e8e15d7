#pragma once

#include <array>
#include <string>
#include <string_view>

#include "query/dsl/json.h"

namespace query::dsl {

// A query on one field, in its long form {"field":{"value":…,"boost":…}} or its short one
// {"field":…}.
struct OneField {
    std::string field;
    const json::value* value = nullptr;     // nullptr where the long form has none
    const json::object* options = nullptr;  // nullptr in the short form
};

// `value_name`: what the long form calls the value. Members of the object beside the field, as
// "boost", are passed over.
Parsed<OneField> one_field(const json::value& body, std::string_view query,
                           std::string_view value_name);

// Refuses options that are not among `known`; "boost" and "_name" always are.
Parsed<void> check_options(const json::object& options, std::string_view query,
                           std::initializer_list<std::string_view> known);

// An option of a query; nullptr when it is not there or null.
const json::value* option(const json::object* options, std::string_view name);

}  // namespace query::dsl
