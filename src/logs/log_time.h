#pragma once

#include <string>
#include <string_view>

namespace logs {

// A date and time as databases write it ("2026-11-24 10:15:00.123 MSK", "…T10:15:00.123456Z",
// "… +03") in a form that the schema's `@timestamp` takes; empty when it is none. Zones are offsets
// or well-known abbreviations; with any other one the time has no offset, and the configured time
// zone counts.
std::string database_time(std::string_view text);

// "24/Nov/2026:10:15:00 +0000", also with a whole name of the month.
std::string access_log_time(std::string_view text);

}  // namespace logs
