#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/catalog.h"
#include "event/intake.h"
#include "pipeline/transform/transform.h"

namespace pipeline {

// What own pipelines would make of an event, for people who write them. Nothing is stored.
struct Rehearsed {
    std::vector<std::string_view> pipelines;  // names of those that take it
    bool dropped = false;
    std::string source;  // the event as it would be stored, JSON
    std::string index;   // that a pipeline chose; empty: none did
    base::Nanos time = 0;
    std::vector<std::string> complaints;  // steps that did not fit, in their order
};

// `received` is the time of its arrival. A failure is that with which the event would be refused.
base::Result<Rehearsed> rehearse(const Transforms& transforms, const event::Catalog& catalog,
                                 const event::Record& record, event::Format format,
                                 const event::Origin& origin, base::Nanos received);

}  // namespace pipeline
