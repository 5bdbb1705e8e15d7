#pragma once

#include <string_view>

#include "base/result.h"
#include "input/json_events.h"

namespace input::journald {

// Tells the entries of a body in the journal's export format (systemd.io/JOURNAL_EXPORT_FORMATS):
//   @timestamp    __REALTIME_TIMESTAMP
//   message       MESSAGE; the members of one that is a JSON object are fields instead
//   severity      PRIORITY
//   host          _HOSTNAME
//   service_name  where the entry has none itself: the container's name, the unit without
//                 ".service", SYSLOG_IDENTIFIER or the command, the first that there is
//   journald.*    what journald knows of the writer (_PID as journald.pid), MESSAGE_ID
// and the program's own fields in lower case (ORDER_ID as order_id). A field that is there several
// times becomes an array. The entry's cursor is the event's id, so that it is stored once, however
// often it is sent. InvalidArgument, with the entry's number, for a body that breaks off or is none
// of this; what JsonEvents::end says.
base::Status read_export(std::string_view body, JsonEvents& to);

}  // namespace input::journald
