#pragma once

#include <string>
#include <string_view>

#include "app/command/options.h"
#include "app/output.h"

namespace app {

// `ordertrail tail`: prints events until the reader goes (0), the user interrupts (130) or the
// server refuses. A connection that breaks is made anew, and goes on where it ended. Returns the
// exit code.
int run_tail(const TailCommandOptions& options, Output& out);

// What the user is told of a stream's `skipped` event.
std::string left_out_text(std::string_view data);

}  // namespace app
