#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace api {

struct CsvStyle {
    bool raw = false;        // no apostrophe in front of what spreadsheets take for a formula
    int offset_minutes = 0;  // of the time zone that times are written in
};

// "UTC", "Z", "+03:00", "-0330" as minutes east of Greenwich. InvalidArgument otherwise.
base::Result<int> read_zone(std::string_view text);

// Appends a cell (RFC 4180): quoted where it must be, texts that a spreadsheet would take for a
// formula behind an apostrophe.
void append_csv_text(std::string_view text, const CsvStyle& style, std::string& out);
// A time with its offset, with as many decimals as it needs.
void append_csv_time(base::Nanos time, const CsvStyle& style, std::string& out);

}  // namespace api
