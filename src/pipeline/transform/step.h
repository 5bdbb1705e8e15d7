#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "event/yaml_reader.h"
#include "pipeline/transform/draft.h"

namespace pipeline {

class JsonReader;

// An event on its way through the steps.
struct Subject {
    Draft& draft;
    // For steps that read an event out of a field: buffers that stay from event to event.
    JsonReader& json;
    Draft& inner;
    base::Nanos received = 0;
    std::string index;     // that a step chose; empty: none did
    bool dropped = false;  // not to be stored
    // What went wrong, for people who test a pipeline; nullptr: nobody wants to know.
    std::vector<std::string>* complaints = nullptr;
};

// One thing that is done to an event. Immutable, thread-safe.
class Step {
  public:
    virtual ~Step() = default;
    // False: it could not do what it is for, and the event is as it was.
    virtual bool run(Subject& subject) const = 0;
};

// Reads what a step does from the value beside its name. nullptr after a problem.
using StepReader = std::unique_ptr<Step> (*)(const event::YamlNode& node,
                                             event::YamlReader& reader);

std::unique_ptr<Step> read_dissect(const event::YamlNode& node, event::YamlReader& reader);
std::unique_ptr<Step> read_grok(const event::YamlNode& node, event::YamlReader& reader);
std::unique_ptr<Step> read_date(const event::YamlNode& node, event::YamlReader& reader);
std::unique_ptr<Step> read_json(const event::YamlNode& node, event::YamlReader& reader);
std::unique_ptr<Step> read_kv(const event::YamlNode& node, event::YamlReader& reader);
std::unique_ptr<Step> read_log(const event::YamlNode& node, event::YamlReader& reader);

// A step by its name: those above and those that change fields (change.cpp). nullptr: no such name.
StepReader step_reader(std::string_view name);
// For messages.
std::string step_names();

// Adds a tag to `tags`, once.
void add_tag(Draft& draft, std::string_view tag);

// The member that names a field: its path, or `fallback` when it is not there. Empty after a
// problem, or when there is neither.
std::string read_field(const event::YamlNode& map, std::string_view key, std::string_view fallback,
                       event::YamlReader& reader);

}  // namespace pipeline
