#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "event/intake.h"
#include "net/task.h"

namespace input {

// A path that an input answers, in the router's form: methods space separated, {names} for parts.
struct Route {
    std::string_view methods;
    std::string_view pattern;
};

// What all inputs are given. Lives as long as they do; thread-safe.
struct Intakes {
    net::Runtime& runtime;
    event::Intake& intake;
};

// Hands records over on an ingest thread and resumes here when they are durable.
// `make` is called there first, so that splitting a large body does not hold up the io threads;
// when it makes nothing, or no items, nothing is handed over and the outcome is empty.
net::Task<base::Result<event::RecordsOutcome>> accept(
    const Intakes& intakes, std::function<std::optional<event::Records>()> make);

}  // namespace input
