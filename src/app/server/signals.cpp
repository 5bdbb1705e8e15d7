#include "app/server/signals.h"

#include <unistd.h>

#include <thread>

#include "app/exit_code.h"
#include "base/clock.h"

namespace app {

namespace {

// Terminals and wrappers such as timeout(1) often send a signal twice: one behind the other means
// one.
constexpr base::Nanos same_signal = 300 * base::millisecond;

void end_at_next(sigset_t set) {
    const auto begin = base::steady_now();
    for (auto left = same_signal; left > 0; left = begin + same_signal - base::steady_now()) {
        const timespec limit{left / base::second, left % base::second};
        ::sigtimedwait(&set, nullptr, &limit);
    }
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
    ::_exit(exit_code::interrupted);
}

}  // namespace

StopSignals::StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

void StopSignals::wait() {
    int signal = 0;
    while (sigwait(&set_, &signal) != 0) {
    }
    std::thread(end_at_next, set_).detach();
}

void StopSignals::raise() { ::kill(::getpid(), SIGTERM); }

}  // namespace app
