// What an S3 store posts: notifications, audit logs, access logs.

#include "fuzz/written_events.h"
#include "input/s3/notice.h"

namespace fuzz {

FUZZ_TARGET(s3) {
    check_request([&](input::JsonEvents& to) { return input::s3::read_notices(input, "", to); });
}

}  // namespace fuzz
