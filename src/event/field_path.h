#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace event {

// A field as a dotted path; Logstash's spelling, "[http][status]", is taken too. InvalidArgument
// when it names nothing.
base::Result<std::string> field_path(std::string_view spelled);

}  // namespace event
