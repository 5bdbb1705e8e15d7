#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "input/delivery.h"
#include "input/gelf/assembly.h"
#include "input/stream_session.h"
#include "net/datagram.h"
#include "net/stream.h"

namespace input {

struct GelfOptions {
    event::Origin origin{"gelf"};
    std::size_t message_bytes = 4 << 20;  // uncompressed
    StreamTimes times;
};

// GELF over UDP (in chunks, compressed by gzip or zlib) and over TCP (a zero byte behind each
// message). It acknowledges nothing: see SyslogInput. Messages that are broken or do not come in
// whole are counted and logged. Owned by app, outlives its servers. Thread-safe.
class GelfInput {
  public:
    GelfInput(Intakes intakes, GelfOptions options);

    // For net::StreamServer.
    net::Task<void> handle(std::shared_ptr<net::Stream> stream);
    // For net::DatagramServer: one call after the other.
    net::Task<void> take(std::shared_ptr<const net::Datagrams> datagrams);

    // From now on datagrams do not wait for a busy store.
    void stop() { stopping_ = true; }

  private:
    class Parser;

    void tell(const net::Datagrams& datagrams, JsonEvents& to, std::size_t& refused,
              std::string& why);

    const GelfOptions options_;
    Delivery delivery_;
    gelf::Assembly assembly_;  // of take()
    std::atomic<bool> stopping_ = false;
};

}  // namespace input
