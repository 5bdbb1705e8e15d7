#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/dsl/failure.h"

// Reading the parts of a request's JSON, with Elasticsearch's leniency: numbers and booleans in
// quotes count too.

namespace query::dsl {

namespace json = boost::json;

// At most 100 deep and 16 MiB long. A parse failure for what is no JSON; the empty text is an empty
// object.
Parsed<json::value> parse_json(std::string_view text);

// {"name": {…}}: the object's only member. `where` names the place in a failure.
Parsed<const json::key_value_pair*> only_member(const json::value& value, std::string_view where);
Parsed<const json::object*> object_of(const json::value& value, std::string_view where);

// A scalar as the text that it would be in a query; nothing for objects, arrays and null.
std::optional<std::string> text_of_scalar(const json::value& value);
// The same with a failure.
Parsed<std::string> scalar(const json::value& value, std::string_view where);
Parsed<std::int64_t> integer_of(const json::value& value, std::string_view where);
Parsed<double> number_of(const json::value& value, std::string_view where);
Parsed<bool> boolean_of(const json::value& value, std::string_view where);

// JSON that is a text already, as a value: write_json writes it as it is.
json::value raw_json(std::string text);
// A value's text. Doubles have a point or an exponent, as Java writes them; bytes of strings that
// are no UTF-8 become U+FFFD.
void write_json(const json::value& value, std::string& out);

// A number in JSON's text: integers as such, others with a point.
json::value json_number(double value);

}  // namespace query::dsl
