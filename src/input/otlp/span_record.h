#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "event/event_builder.h"

// One Span of OTLP, as protobuf. Pure functions over bytes that are not trusted; they throw as
// those of any_value.h.

namespace input::otlp {

// Throws for a Span that cannot be told.
void check_span(std::string_view span);

// Tells one event (export_request.h says how). InvalidArgument for a span without ids, and when the
// builder takes nothing nested so deeply.
base::Status tell_span(std::string_view span, std::string_view resource, std::string_view scope,
                       event::EventBuilder& to);

// The `_id` of a span: the same for the same span sent twice, another for any other. Not of its id
// alone: libraries that share one between the client's and the server's side send two spans of it.
// Empty for a span without ids.
std::string document_id(std::string_view span);

// The index for spans of a resource; `environment` is that of resources that name none.
std::string index_of_spans(std::string_view resource, std::string_view environment);

}  // namespace input::otlp
