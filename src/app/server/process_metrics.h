#pragma once

namespace app {

// The program's own version, memory, processor time and files in /metrics, by the names that
// Prometheus' client libraries use. Once per process.
void register_process_metrics();

}  // namespace app
