#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "input/embedded_json.h"
#include "input/json_events.h"

namespace input::syslog {

// Tells syslog messages as events, RFC 5424 and the many spellings of RFC 3164; what is neither is
// taken as a message. One thread at a time.
//   @timestamp    the message's time. Of RFC 3164 it has no year: that in which it lies nearest
//                 before `received`, up to two days after it; and no offset: the input's time zone
//   message       MSG; the members of one that is a JSON object (also behind "@cee:") are fields
//   severity      of the priority, as `syslog.severity` where the JSON says a level itself
//   syslog.*      facility, procid, msgid; structured data of registered names
//                 (syslog.origin.software)
//   service_name  APP-NAME, or the tag of RFC 3164
//   host          HOSTNAME, or else the sender's address
// and the parameters of other structured data by their own names. What JSON says goes first.
class MessageWriter {
  public:
    explicit MessageWriter(JsonEvents& to) : to_(to) {}

    // TooLarge or Busy as JsonEvents::end.
    base::Status write(std::string_view text, std::string_view peer, base::Nanos received);

  private:
    void add(std::string_view name, std::string_view value);
    void add_data(std::string_view data);
    bool is_taken(std::string_view name) const;

    JsonEvents& to_;
    EmbeddedJson json_;
    bool is_json_ = false;
    std::vector<std::string> names_;  // that are written, but for those of a message in JSON
    std::string value_;
};

}  // namespace input::syslog
