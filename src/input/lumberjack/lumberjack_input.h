#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/log_throttle.h"
#include "base/metrics.h"
#include "input/accept.h"
#include "input/lumberjack/frame_reader.h"
#include "net/stream.h"

namespace input {

struct LumberjackOptions {
    event::Origin origin{"lumberjack"};
    // The index of events whose metadata name none; see lumberjack::index_of. Empty: the pipeline
    // routes them.
    std::string index;
    lumberjack::ReaderLimits reader;
    std::size_t group_bytes = 8 << 20;            // stored at once, of one connection
    std::chrono::milliseconds idle{15 * 60'000};  // between windows
    std::chrono::milliseconds stall{60'000};      // within one, or without room for more
    std::chrono::milliseconds keep_alive{3'000};  // between signs of life while events are stored
    std::chrono::milliseconds longest_pause{2'000};  // before a busy store is asked again
};

// Beats, over the protocol of their Logstash output (lumberjack version 2). A window is
// acknowledged when its events are durable; while that takes, the client is kept waiting, however
// long the store is busy. An event that cannot be taken is counted, logged and acknowledged, so
// that it does not hold up the others for ever. Owned by app, outlives its server. Thread-safe.
class LumberjackInput {
  public:
    LumberjackInput(Intakes intakes, LumberjackOptions options);

    // For net::StreamServer.
    net::Task<void> handle(std::shared_ptr<net::Stream> stream);

  private:
    friend class LumberjackSession;

    struct Figures {
        base::Counter& windows;
        base::Counter& received;
        base::Counter& rejected;
        base::Counter& retries;
        base::Counter& broken;
    };

    Intakes intakes_;
    const LumberjackOptions options_;
    Figures figures_;
    base::LogThrottle refused_log_;
    base::LogThrottle broken_log_;
    base::LogThrottle busy_log_;
};

}  // namespace input
