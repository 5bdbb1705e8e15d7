#pragma once

#include <csignal>

namespace app {

// SIGINT and SIGTERM, taken by one thread that waits for them instead of by handlers. To be made
// before any other thread, so that they all leave the signals to it.
class StopSignals {
  public:
    StopSignals();

    // Waits for the first signal. From then on the next one ends the process at once; one that
    // comes right behind the first counts as the same.
    void wait();

    // Makes wait() return, from any thread.
    static void raise();

  private:
    sigset_t set_{};
};

}  // namespace app
