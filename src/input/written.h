#pragma once

#include <functional>
#include <memory>
#include <string>

#include "input/accept.h"
#include "input/json_events.h"

namespace input {

// accept() for inputs that write their events: `write` is called on an ingest thread; when it
// fails, nothing is stored and its failure is the outcome.
net::Task<base::Result<event::RecordsOutcome>> accept_written(
    const Intakes& intakes, const event::Origin& origin, std::shared_ptr<JsonEvents> events,
    std::function<base::Status(JsonEvents&)> write);

// What was not taken of a request; the rest is durable, or below its index's level.
struct Rejections {
    std::size_t count = 0;
    std::string first;  // why
};
Rejections rejections_of(const event::RecordsOutcome& outcome);

}  // namespace input
