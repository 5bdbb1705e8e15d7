#pragma once

#include "app/command/options.h"
#include "app/output.h"

namespace app {

// `ordertrail export`: writes all events that fit, to standard output or to a file that is complete
// or not there. A progress bar on standard error where that is a terminal. Returns the exit code.
int run_export(const ExportOptions& options, Output& out);

}  // namespace app
