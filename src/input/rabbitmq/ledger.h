#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "input/rabbitmq/amqp_value.h"

namespace input::rabbitmq {

// Gives messages their `_id`s. A broker's trace has none, and two messages may be equal in all that
// they say; so an id is drawn, and written down together with the message's hash before the event
// is stored. A message that the broker delivers again gets the id that it had, so that its event is
// stored once. What the broker knows to be acknowledged is forgotten. One thread at a time.
class Ledger {
  public:
    explicit Ledger(std::string path) : path_(std::move(path)) {}

    // Corrupt for a file that cannot be read.
    base::Status load();

    // All that was not settled may come again from now on.
    void begin_session();
    // Of the next message of the present batch.
    std::string id_of(const Message& message);
    // Before the batch is stored. Durable when it returns.
    base::Status save() const;
    // The broker has taken the acknowledgement of the present batch.
    void settle();

    std::size_t size() const { return earlier_.size() + batch_.size(); }

  private:
    struct Entry {
        std::uint64_t hash = 0;
        bool is_event = false;  // of the event exchange, else of the trace
        std::string id;
    };

    const std::string path_;
    std::string run_;  // drawn at start
    std::uint64_t next_ = 0;
    std::vector<Entry> earlier_;  // handed to the store in earlier sessions, fate unknown
    std::vector<Entry> batch_;
};

}  // namespace input::rabbitmq
