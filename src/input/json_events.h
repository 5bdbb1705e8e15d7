#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/intake.h"

namespace input {

struct EventLimits {
    // Each takes some 300 bytes more in its bookkeeping.
    std::size_t most_events = 1'000'000;
    // Of all events of a request, what they share written in each of them.
    std::size_t most_bytes = 256 << 20;
};

// The events of one request as an input tells them in the unified schema, one JSON object behind
// the other, for protocols whose events are not JSON themselves or want fields beside it. An event
// is begun, given members, and ended. One thread at a time.
class JsonEvents {
  public:
    // Charges memory to a request, as net::HttpRequest::hold; may be empty.
    using Hold = std::function<bool(std::size_t)>;

    explicit JsonEvents(EventLimits limits = {}, Hold hold = {});

    void begin();
    void text(std::string_view name, std::string_view value);
    void integer(std::string_view name, std::int64_t value);
    void number(std::string_view name, double value);
    void boolean(std::string_view name, bool value);
    void time(std::string_view name, base::Nanos value);
    // REQUIRES: a whole JSON value.
    void json(std::string_view name, std::string_view value);
    // The members of an object, as they are. REQUIRES: a whole JSON object.
    void members(std::string_view object);
    // TooLarge beyond a limit, Busy when memory is short: the request cannot go on then. Both name
    // what to do. `index` and `id` may be empty; an event with an id is stored once.
    base::Status end(std::string_view index = {}, std::string_view id = {});
    // Takes back what was begun.
    void abandon();

    // Charges memory that reading the request takes beside its events; false when it is short.
    bool hold(std::size_t bytes) { return !hold_ || hold_(bytes); }

    std::size_t size() const { return places_.size(); }
    std::size_t bytes() const { return text_.size(); }
    // Of one event, for tests and for writing to a log.
    std::string_view at(std::size_t place) const;

    // Records that point into `events`, which is not to be changed any more; of those from `begin`
    // to before `end`.
    static event::Records records(const std::shared_ptr<JsonEvents>& events,
                                  const event::Origin& origin, base::Nanos received,
                                  std::size_t begin = 0,
                                  std::size_t end = static_cast<std::size_t>(-1));

  private:
    struct Place {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t names = 0;  // where its index and its id lie in names_
        std::uint32_t index_size = 0;
        std::uint32_t id_size = 0;
    };

    void name(std::string_view name);

    const EventLimits limits_;
    const Hold hold_;
    std::size_t held_ = 0;
    std::string text_;
    std::string names_;
    std::vector<Place> places_;
    std::size_t begin_ = 0;
    bool first_ = true;
};

}  // namespace input
