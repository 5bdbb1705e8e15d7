#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/string_map.h"

namespace input::gelf {

// Puts messages together that were sent in several datagrams ("chunks"), in any order. What does
// not come in whole is given up after the protocol's five seconds, or when too much waits. One
// thread at a time.
class Assembly {
  public:
    struct Limits {
        std::size_t most_messages = 4096;   // that wait
        std::size_t most_bytes = 64 << 20;  // of their chunks
        base::Nanos patience = 5 * base::second;
    };
    Assembly() : Assembly(Limits()) {}
    explicit Assembly(Limits limits) : limits_(limits) {}

    static bool is_chunk(std::string_view datagram);
    // The message, when this was its last chunk to come; replaces `message`. Broken chunks count as
    // given up. REQUIRES: is_chunk.
    bool add(std::string_view chunk, const std::string& peer, base::Nanos now,
             std::string& message);
    // Messages that were given up since the last call.
    std::size_t take_given_up(base::Nanos now);

  private:
    struct Waiting {
        std::vector<std::optional<std::string>> pieces;
        std::size_t missing = 0;
        std::size_t bytes = 0;
        base::Nanos began = 0;
    };
    void drop_oldest();
    void drop_late(base::Nanos now);

    const Limits limits_;
    base::StringMap<Waiting> waiting_;                       // by peer and id
    std::deque<std::pair<base::Nanos, std::string>> order_;  // by age; of finished ones too
    std::size_t bytes_ = 0;
    std::size_t given_up_ = 0;
};

}  // namespace input::gelf
