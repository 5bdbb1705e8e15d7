#include "net/deadline.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

namespace net {
namespace {

TEST(Deadline, RequestsTheStopWhenTheTimeIsOver) {
    Runtime runtime(1, 1, 1);
    std::stop_source stop;
    const Deadline deadline(runtime, std::chrono::milliseconds(1), stop);
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait(lock, stop.get_token(), [] { return false; });
    EXPECT_TRUE(stop.stop_requested());
    EXPECT_TRUE(deadline.passed());
    runtime.stop();
}

TEST(Deadline, IsCancelledByItsEnd) {
    Runtime runtime(1, 1, 1);
    std::stop_source stop;
    {
        const Deadline deadline(runtime, std::chrono::hours(1), stop);
    }
    // Without work the pool ends by itself: the timer is gone.
    runtime.io().join();
    EXPECT_FALSE(stop.stop_requested());
    runtime.stop();
}

}  // namespace
}  // namespace net
