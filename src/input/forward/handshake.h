#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace input::forward {

// The Forward protocol's proof that both sides know a key: HELO, PING, PONG. One thread at a time.
class Handshake {
  public:
    // Without a key the client is let in as it comes.
    explicit Handshake(std::string shared_key);

    bool is_open() const { return open_; }
    // What the server says first; empty without a key.
    std::string helo() const;
    // Takes the client's PING and appends the answer; Denied for a wrong key or another message:
    // the answer says so, and the connection is to be closed.
    base::Status take_ping(std::string_view message, std::string& answer);

  private:
    const std::string shared_key_;
    std::string nonce_;
    bool open_ = false;
};

}  // namespace input::forward
