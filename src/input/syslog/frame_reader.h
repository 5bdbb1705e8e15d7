#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace input::syslog {

// Cuts a stream into messages, by either framing of RFC 6587, told apart for each message: its
// length in digits and a space before it, or a line's end (or a zero byte) behind it. One thread at
// a time.
class FrameReader {
  public:
    explicit FrameReader(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    // Further bytes, which have to stay until next() gave false.
    void feed(std::string_view bytes) { in_ = bytes; }

    // The next message, which stays until the next call; false when it wants more bytes.
    // TooLarge for a length beyond the limit: the stream cannot go on.
    base::Result<bool> next(std::string_view& message);

    // What is left without a line's end when the stream is over; empty when nothing is.
    std::string_view last();

    // Lines longer than the limit, which were passed over, since the last call.
    std::size_t take_too_long();
    // Bytes of memory.
    std::size_t held() const { return kept_.capacity(); }
    bool is_midway() const { return !kept_.empty() || left_ > 0 || skips_; }

  private:
    base::Result<bool> counted(std::string_view& message);
    bool line(std::string_view& message);
    base::Result<bool> begin();

    const std::size_t most_bytes_;
    std::string_view in_;
    std::string kept_;      // the message's beginning, of earlier bytes
    std::size_t left_ = 0;  // bytes of a counted message to come
    bool given_ = false;    // kept_ was given as a message
    bool counts_ = false;   // within a counted message
    std::string digits_;    // of a length that has not come in whole
    bool begins_ = true;    // between messages
    bool skips_ = false;    // within a line that is too long
    std::size_t too_long_ = 0;
};

}  // namespace input::syslog
