#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

// Texts of logs as a terminal may safely show them. Logs are hostile input: escape sequences and
// writing-direction marks in them must not reach the terminal.

namespace app {

// Control, bidirectional and invisible characters as visible text: "\n", "\x1b", "<U+202E>". Bytes
// that are no UTF-8 become U+FFFD.
std::string visible(std::string_view text);

// Terminal columns that a visible text takes.
std::size_t display_width(std::string_view text);

// Cut to `width` columns, the last one "…" then, or filled with blanks up to it.
std::string fitted(std::string_view text, std::size_t width);
// Only cut.
std::string cut(std::string_view text, std::size_t width);

// "350 ms", "12 s", "42 min", "3 h 20 min", "2 d 4 h".
std::string duration_text(double seconds);

// One cell of RFC 4180; texts that a spreadsheet would take for a formula get an apostrophe in
// front.
std::string csv_cell(std::string_view text);

}  // namespace app
