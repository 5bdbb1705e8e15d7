#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace app {

// Cuts a text/event-stream, given in pieces of any size, into its events, as the WHATWG's standard
// for server-sent events says. One thread at a time.
class EventStream {
  public:
    struct Event {
        std::string name;  // "message" where the stream names none
        std::string data;
    };

    // Calls `use` for each event that is complete, until it gives false. False then, and when an
    // event is larger than a server would send.
    bool add(std::string_view piece, const std::function<bool(const Event&)>& use);
    // Another connection: what was not complete is forgotten, the last id kept.
    void begin_anew();
    // Of the last event that had one: where to go on.
    const std::string& last_id() const { return last_id_; }

  private:
    bool end_line(const std::function<bool(const Event&)>& use);

    std::string line_;
    std::string id_;
    std::string last_id_;
    Event event_;
    bool has_data_ = false;
    bool after_return_ = false;  // a '\n' that follows belongs to the '\r' before
};

}  // namespace app
