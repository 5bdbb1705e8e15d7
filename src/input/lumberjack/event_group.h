#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "event/intake.h"
#include "input/lumberjack/frame_reader.h"

namespace input::lumberjack {

// Batches of one connection that are stored together. Owns what its records point into. One thread
// at a time.
class EventGroup {
  public:
    void add(EventBatch batch);

    // Takes the events' metadata out of their texts and makes their records; to be called once,
    // when all batches are added. `index`: the template of events that name none; may be empty.
    void prepare(const std::string& index);

    std::size_t events() const { return events_; }
    std::size_t bytes() const { return bytes_; }
    const std::vector<EventBatch>& batches() const { return batches_; }
    // After prepare(): one per event.
    const std::vector<event::Record>& records() const { return records_; }

  private:
    class Names;

    std::vector<EventBatch> batches_;
    std::size_t events_ = 0;
    std::size_t bytes_ = 0;
    std::vector<event::Record> records_;
    std::deque<std::string> names_;  // of indices
    std::string ids_;
};

}  // namespace input::lumberjack
