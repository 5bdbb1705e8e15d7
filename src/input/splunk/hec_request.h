#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "input/json_events.h"

namespace input::splunk {

// What a client says of all events of a request in the URL.
struct Metadata {
    std::string host;
    std::string source;
    std::string sourcetype;
    std::string index;
    std::string time;
};

// Where reading stopped, in Splunk's own numbers; the events before it are good.
struct Stop {
    int code = 0;  // 0: at the end
    std::size_t event = 0;
};

// Tells events as Splunk's HTTP Event Collector takes them, JSON objects one behind the other:
//   @timestamp  `time`, seconds or milliseconds since 1970, fractions too
//   message     `event`, if it is a text; the members of one that is an object are fields
//   host, source, sourcetype, and the members of `fields`, but for those that the event has
// `index`, if it is a good name, is the event's index. A failure is what JsonEvents::end says; what
// is wrong in the request is told by `stop`. The body's text is padded.
base::Status read_events(std::string& body, const Metadata& metadata, JsonEvents& to, Stop& stop);

// One event a line; a line that is a JSON object is taken for one.
base::Status read_lines(std::string_view body, const Metadata& metadata, JsonEvents& to,
                        Stop& stop);

namespace code {
inline constexpr int success = 0;
inline constexpr int no_data = 5;
inline constexpr int invalid_data_format = 6;
inline constexpr int internal_error = 8;
inline constexpr int server_busy = 9;
inline constexpr int event_required = 12;
inline constexpr int event_blank = 13;
inline constexpr int acknowledgement_disabled = 14;
inline constexpr int wrong_fields = 15;
inline constexpr int healthy = 17;
inline constexpr int too_large = 27;
}  // namespace code

}  // namespace input::splunk
