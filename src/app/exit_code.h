#pragma once

namespace app::exit_code {

// What the program's exit status says; the same for every command.
inline constexpr int done = 0;  // zero results are results
inline constexpr int failure = 1;
inline constexpr int usage = 2;  // a wrong command line, query or configuration
inline constexpr int interrupted = 130;

}  // namespace app::exit_code
