#pragma once

#include <string_view>

#include "logs/fields.h"

namespace logs {

// Tells what a comment of a statement says by the form of sqlcommenter, key='value' with commas
// between and values encoded as in URLs: `order_id`, and of `traceparent` (W3C) `trace_id` and
// `span_id`. Other comments tell nothing.
void tell_comment_tags(Fields& to, std::string_view comment);

// "%20" and the like decoded, and, for forms, '+' as a space; what is no code stays.
std::string url_decoded(std::string_view text, bool is_form = false);

}  // namespace logs
