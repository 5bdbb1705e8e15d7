#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/embedded_json.h"
#include "input/json_events.h"

namespace input::gelf {

// Tells GELF messages (docs of Graylog, "GELF") as events. One thread at a time.
//   @timestamp    timestamp
//   message       short_message; the members of one that is a JSON object are fields
//   severity      level, unless the JSON says one itself
//   host, full_message, and others of the protocol by their names; fields that begin with "_"
//   without it
//   service_name  where nothing names the service: _container_name, _tag or facility
class MessageWriter {
  public:
    explicit MessageWriter(JsonEvents& to);
    ~MessageWriter();

    // InvalidArgument for what is no GELF: nothing was told then. TooLarge or Busy as
    // JsonEvents::end. REQUIRES: 64 bytes may be read behind the text.
    base::Status write(std::string_view text);

  private:
    struct Fields;

    void add(const Fields& fields);

    JsonEvents& to_;
    std::unique_ptr<Fields> fields_;
    EmbeddedJson json_;
    EmbeddedJson value_json_;
};

// gzip or zlib by its first bytes, else the text itself. Replaces `out`. InvalidArgument for broken
// ones, TooLarge beyond `most_bytes`.
base::Status decompress(std::string_view datagram, std::size_t most_bytes, std::string& out);

}  // namespace input::gelf
