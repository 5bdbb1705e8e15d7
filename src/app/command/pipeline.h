#pragma once

#include "app/command/options.h"
#include "app/output.h"

namespace app {

// Shows what own pipelines make of each line of a file or of standard input. The exit code.
int run_pipeline_test(const PipelineTestOptions& options, Output& out);

}  // namespace app
