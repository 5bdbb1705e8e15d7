#pragma once

#include <string_view>

#include "base/result.h"
#include "event/event_builder.h"

// One LogRecord of OTLP, as protobuf. Pure functions over bytes that are not trusted; they throw
// as those of any_value.h.

namespace input::otlp {

// Throws for a LogRecord that cannot be told.
void check_log_record(std::string_view record);

// Tells one event (export_request.h says how). InvalidArgument when the builder takes nothing
// nested so deeply.
base::Status tell_log_record(std::string_view record, std::string_view resource,
                             std::string_view scope, event::EventBuilder& to);

}  // namespace input::otlp
