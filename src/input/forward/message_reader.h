#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "input/embedded_json.h"
#include "input/forward/msgpack.h"
#include "input/json_events.h"

namespace input::forward {

// Tells the events of one message of the Forward protocol (github.com/fluent/fluentd/wiki,
// "Forward Protocol Specification v1"), in each of its modes: message, forward, packed forward,
// compressed packed forward.
//   @timestamp    the event's time
//   fields        the record's; of its `log` (where there is no `message`) the text is the message,
//                 or, if it is a JSON object, its members are fields
//   fluent.tag    the tag
//   service_name  where nothing names the service: `container_name`, else the tag
// With a `chunk` an event's id is made of it and of the event's place, so that a chunk that is sent
// again is stored once. One thread at a time.
class MessageReader {
  public:
    // `most_bytes`: of the events of a compressed message, uncompressed.
    MessageReader(std::size_t most_bytes, JsonEvents& to) : most_bytes_(most_bytes), to_(to) {}

    // The message's chunk, to be acknowledged; empty when it has none. InvalidArgument for what is
    // no message, TooLarge, or Busy as JsonEvents::end.
    base::Result<std::string> read(std::string_view message);

    // Records that were none, since it was made.
    std::size_t refused() const { return refused_; }

  private:
    struct Options {
        std::string_view chunk;
        bool compressed = false;
    };

    struct Member {
        std::string_view name;
        std::string_view value;  // MessagePack
    };

    base::Result<Options> options(MsgpackReader& reader);
    base::Status entries(std::string_view packed);
    base::Status entry(MsgpackReader& reader);
    base::Status event(const MsgpackValue& time, MsgpackReader& record);
    bool take_members(MsgpackReader& record);
    const Member* find(std::string_view name) const;
    bool text_of(std::string_view name, std::string_view& text) const;
    bool is_taken(std::string_view name, bool log_is_json) const;
    void write_source(bool log_is_json);
    base::Result<std::string> uncompressed(std::string_view packed);

    const std::size_t most_bytes_;
    JsonEvents& to_;
    std::string_view tag_;
    std::string chunk_;
    std::size_t place_ = 0;  // of the event in its chunk
    std::size_t refused_ = 0;
    std::vector<Member> members_;  // of the present record
    std::string_view log_;
    EmbeddedJson json_;  // of its `log`
    std::string scratch_;
    std::string id_;
};

}  // namespace input::forward
