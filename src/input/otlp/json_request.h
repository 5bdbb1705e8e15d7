#pragma once

#include <string>

#include "base/result.h"
#include "input/otlp/signal.h"

namespace input::otlp {

// A signal's request in OTLP's JSON form as the same message in protobuf: ids are hexadecimal in
// any case, enums numbers or names, 64-bit integers strings or numbers; names of fields in
// lowerCamelCase or as in the .proto files; unknown fields and nulls are passed over. `json` gets
// more capacity, nothing else. InvalidArgument for what is no such message, with the place.
base::Result<std::string> protobuf_of_json(Signal signal, std::string& json);

}  // namespace input::otlp
