#pragma once

#include <string>
#include <string_view>

#include "logs/fields.h"
#include "logs/statement_lexer.h"

namespace logs {

// A statement without what differs from call to call: values are `?`, lists of values in IN, VALUES
// and ARRAY[…] have one, comments are gone, white space and the room around operators are the same
// everywhere. Takes time linear to the statement; of a long one the first kilobytes are enough.
std::string normalised(std::string_view statement, Dialect dialect);

// Tells `statement`, `statement_pattern`, and what a comment in it says by the form of sqlcommenter
// (/*order_id='ORD-1',traceparent='00-…'*/): `order_id`, `trace_id`, `span_id`.
void tell_statement(Fields& to, std::string_view statement, Dialect dialect);

}  // namespace logs
