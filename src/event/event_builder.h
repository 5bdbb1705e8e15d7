#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace event {

// Where an event is told to, piece by piece in the order of a JSON document: one object, with
// `key` before each member. For inputs whose events are not JSON on the wire. Texts and keys are
// plain (nothing is escaped) and need not be UTF-8: wrong bytes become U+FFFD. One thread at a
// time.
class EventBuilder {
  public:
    virtual ~EventBuilder() = default;

    // False: nested deeper than is taken; the event cannot be told on.
    [[nodiscard]] virtual bool open_object() = 0;
    virtual void close_object() = 0;
    [[nodiscard]] virtual bool open_array() = 0;
    virtual void close_array() = 0;

    virtual void key(std::string_view name) = 0;
    virtual void text(std::string_view value) = 0;
    virtual void integer(std::int64_t value) = 0;
    // NaN and infinities, which JSON does not have, become the texts "NaN", "Infinity" and
    // "-Infinity".
    virtual void number(double value) = 0;
    virtual void boolean(bool value) = 0;
    virtual void null() = 0;
    // A point in time; written as RFC 3339 in UTC.
    virtual void time(base::Nanos value) = 0;
};

// Records that an input has decoded itself, by their position in Records::items. Owned by
// Records::owner. Immutable.
class DecodedRecords {
  public:
    virtual ~DecodedRecords() = default;

    // Tells one event; it may be asked for twice. A failure rejects that event alone.
    virtual base::Status tell(std::size_t at, EventBuilder& to) const = 0;
    // Bytes that the event took on the wire, what it shares with others included; for limits.
    virtual std::size_t size(std::size_t at) const = 0;
};

}  // namespace event
