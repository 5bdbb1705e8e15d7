#pragma once

#include <chrono>

#include "base/result.h"
#include "net/task.h"

namespace net {

// Waits, on the coroutine's executor.
Task<void> pause_for(std::chrono::milliseconds time);

// Runs a coroutine on `runtime.io()` and blocks until it has ended. Cancelled when the runtime
// stops meanwhile. Not to be called from a thread of the runtime.
base::Status wait_on(Runtime& runtime, Task<base::Status> task);

}  // namespace net
