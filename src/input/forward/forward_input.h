#pragma once

#include <memory>
#include <string>

#include "input/delivery.h"
#include "input/stream_session.h"
#include "net/stream.h"

namespace input {

struct ForwardOptions {
    event::Origin origin{"forward"};
    std::string shared_key;                  // empty: everybody may write
    std::size_t message_bytes = 100 << 20;   // as it comes, and of its events uncompressed
    std::size_t inflight_bytes = 256 << 20;  // of events of all connections, uncompressed
    StreamTimes times;
};

// The Forward protocol of Fluentd and Fluent Bit. A message with a chunk is acknowledged when its
// events are durable; while the store is busy, the client has to wait. A record that cannot be
// taken is counted, logged, and does not hold up the others. Owned by app, outlives its server.
// Thread-safe.
class ForwardInput {
  public:
    ForwardInput(Intakes intakes, ForwardOptions options);
    ~ForwardInput();

    // For net::StreamServer.
    net::Task<void> handle(std::shared_ptr<net::Stream> stream);

  private:
    class Parser;
    struct Budget;

    const ForwardOptions options_;
    const std::shared_ptr<Budget> budget_;
    Delivery delivery_;
};

}  // namespace input
