#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "input/delivery.h"
#include "input/json_events.h"
#include "net/stream.h"

namespace input {

// What a protocol makes of a connection's bytes. One thread at a time, not always the same.
class StreamParser {
  public:
    virtual ~StreamParser() = default;

    // What is to be sent before the client sends anything.
    virtual std::string greeting() { return {}; }
    // Tells the events that end in `bytes`, and appends to `answer` what is to be sent when they
    // are durable. On failure the connection is closed, after the events before it are stored.
    virtual base::Status read(std::string_view bytes, JsonEvents& to, std::string& answer) = 0;
    // The client has ended its side: tells what is left.
    virtual base::Status end(JsonEvents&) { return base::ok(); }
    // Events that were passed over since the last call, being too long or none.
    virtual std::size_t take_refused() { return 0; }
    // Charges memory of the events that read() tells, until stored(); empty: not charged.
    virtual JsonEvents::Hold hold() { return {}; }
    // What was told is stored, or will never be.
    virtual void stored() {}
    // Bytes of memory.
    virtual std::size_t held() const = 0;
    // Whether more of an event is to come.
    virtual bool is_midway() const = 0;
};

struct StreamTimes {
    // Syslog's clients hold a connection for ever and notice late that it was closed.
    std::chrono::milliseconds idle{24LL * 3600 * 1000};  // without a byte between events
    std::chrono::milliseconds stall{60'000};             // within one
};

// Serves one connection: reads, stores what was read, answers, and only then reads on, so that a
// client that is faster than the store has to wait. For net::StreamServer.
net::Task<void> serve_stream(Delivery& delivery, std::shared_ptr<net::Stream> stream,
                             std::unique_ptr<StreamParser> parser, StreamTimes times = {});

}  // namespace input
