#pragma once

#include <atomic>
#include <memory>

#include "input/delivery.h"
#include "input/stream_session.h"
#include "net/datagram.h"
#include "net/stream.h"

namespace input {

struct SyslogOptions {
    event::Origin origin{"syslog"};
    std::size_t message_bytes = 4 << 20;
    StreamTimes times;
};

// Syslog over TCP, TLS and UDP; see syslog::MessageWriter and syslog::FrameReader. The protocol
// acknowledges nothing: what a client has sent and the server has not stored when it is killed is
// lost. Over TCP a client has to wait while the store is busy; over UDP the kernel drops what comes
// meanwhile beyond its buffer, and that is counted. Owned by app, outlives its servers.
// Thread-safe.
class SyslogInput {
  public:
    SyslogInput(Intakes intakes, SyslogOptions options);

    // For net::StreamServer.
    net::Task<void> handle(std::shared_ptr<net::Stream> stream);
    // For net::DatagramServer.
    net::Task<void> take(std::shared_ptr<const net::Datagrams> datagrams);

    // From now on datagrams do not wait for a busy store.
    void stop() { stopping_ = true; }

  private:
    const SyslogOptions options_;
    Delivery delivery_;
    std::atomic<bool> stopping_ = false;
};

}  // namespace input
