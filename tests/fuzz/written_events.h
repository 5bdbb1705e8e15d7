#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fuzz/fuzz.h"
#include "fuzz/json_object.h"
#include "fuzz/recording_sink.h"
#include "input/json_events.h"

// What holds of every input that writes its events.

namespace fuzz {

inline constexpr input::EventLimits small_limits{.most_events = 1000, .most_bytes = 1 << 20};

// Sends the events through the pipeline; each comes back as a JSON object, or is rejected with its
// reason.
inline void check_written(const std::shared_ptr<input::JsonEvents>& events) {
    static Intake intake;
    static const event::Origin origin{"fuzz"};
    for (std::size_t at = 0; at < events->size(); ++at) {
        FUZZ_REQUIRE(is_json_object(std::string(events->at(at))),
                     "an event is a JSON object, not " + std::string(events->at(at)));
    }
    if (events->size() == 0) return;
    const auto outcome = intake.accept(input::JsonEvents::records(events, origin, 0));
    FUZZ_REQUIRE(outcome, "the events are taken");
    for (const auto& item : outcome.value().items) {
        if (item.status == event::RecordOutcome::Status::rejected) {
            FUZZ_REQUIRE(item.error >= 0, "a rejected event has its reason");
        } else if (const auto* source = intake.source(item)) {
            FUZZ_REQUIRE(is_json_object(*source), "an event is a JSON object, not " + *source);
        }
    }
}

// A request, all of which is refused or taken.
inline void check_request(const std::function<base::Status(input::JsonEvents&)>& read) {
    const auto events = std::make_shared<input::JsonEvents>(small_limits);
    const auto status = read(*events);
    if (!status) {
        return FUZZ_REQUIRE(!status.error().message.empty() && status.error().message.size() < 1000,
                            "an error says what it is, in short");
    }
    check_written(events);
}

}  // namespace fuzz
