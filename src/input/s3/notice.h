#pragma once

#include <string_view>

#include "base/result.h"
#include "input/json_events.h"

namespace input::s3 {

// Writes the events of what an S3 store posts: one JSON document, or one a line:
//   {"Records":[{"eventName":…,"s3":{…}}]}   event notifications
//   {"version":"1","api":{"name":…}}         MinIO's audit log
//   {"Operation":…,"HttpStatus":…}           Versity's access log
// Others are events of their own members. An empty body and `{}`, with which stores try whether
// somebody listens, are none. InvalidArgument for what is no JSON, or no object or array of them;
// TooLarge for a body beyond most_body, Busy when memory is short.
base::Status read_notices(std::string_view body, std::string_view service, JsonEvents& to);

// Notifications are small; reading takes several times their size.
inline constexpr std::size_t most_body = 16 << 20;

}  // namespace input::s3
