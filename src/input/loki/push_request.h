#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/json_events.h"

namespace input::loki {

// Reads a push as Loki's clients send it, and tells its entries as events:
//   @timestamp    the entry's time
//   message       its line; the members of a line that is a JSON object are fields instead
//   the stream's labels and the entry's structured metadata by their names, but for those that the
//   line has itself
//   service_name  where nothing names the service, the first of the labels that Loki takes for it
// InvalidArgument for what is no push, with its place; what JsonEvents::end says.

// {"streams":[{"stream":{…},"values":[["<ns>","line",{…}]]}]}
base::Status read_json_push(std::string& body, JsonEvents& to);

// logproto.PushRequest, compressed as one snappy block; TooLarge when it is larger than
// `most_bytes` uncompressed.
base::Status read_protobuf_push(std::string_view body, std::size_t most_bytes, JsonEvents& to);

}  // namespace input::loki
