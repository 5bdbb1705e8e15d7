#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace base {

// What kept events of an input's clients from being stored.
enum class Hindrance : std::uint8_t {
    handshake,   // TLS could not be agreed on
    connection,  // a connection was closed for what its client sent
    request,     // a whole request was refused
    event,       // single events were refused
    drop,        // nobody read in time what came over UDP
};
inline constexpr std::size_t hindrance_count = 5;
// "handshake", "connection" …
std::string_view name_of(Hindrance hindrance);

// What came in by each input since the program started, and what was in the way: for people who
// have just set up a client and wait for its first event. Inputs are called as in the metrics'
// label `input`. Counted per request, not per event. Thread-safe.
class Arrivals {
  public:
    // Further indices of an input are not told apart; their events are in its sum.
    static constexpr std::size_t most_indices = 1000;
    // Longer reasons are cut: they repeat what strangers sent.
    static constexpr std::size_t most_reason_bytes = 400;

    struct Stored {
        std::uint64_t events = 0;
        Nanos first = 0;  // by the server's clock; 0: none yet
        Nanos last = 0;
    };
    struct Hindered {
        std::uint64_t times = 0;
        Nanos last = 0;
        std::string from;    // the last one's client; "" where that is not known
        std::string reason;  // the last one's
    };
    struct Input {
        Stored stored;
        std::map<std::string, Stored, std::less<>> indices;
        std::array<Hindered, hindrance_count> hindered;  // by Hindrance
    };

    void stored(std::string_view input, std::string_view index, std::uint64_t events,
                Nanos time = now());
    void hindered(std::string_view input, Hindrance hindrance, std::uint64_t times,
                  std::string_view from, std::string_view reason, Nanos time = now());

    std::map<std::string, Input, std::less<>> inputs() const;

  private:
    Input& input(std::string_view name);

    mutable std::mutex mutex_;
    std::map<std::string, Input, std::less<>> inputs_;  // guarded by mutex_
};

// The program's one.
Arrivals& arrivals();

}  // namespace base
