#pragma once

#include <memory>
#include <string>

#include "event/yaml_reader.h"
#include "pipeline/transform/draft.h"

namespace pipeline {

// Whether an event fits. Immutable, thread-safe.
class Condition {
  public:
    virtual ~Condition() = default;
    virtual bool fits(const Draft& draft) const = 0;
};

// Reads `when`: a map of fields and what they must be; all of them must fit.
//     level: DEBUG                    one value, or a list of which one must fit
//     message: {contains: timeout}    or starts_with, ends_with, matches (a regular expression),
//                                     above, below (numbers), exists (true or false)
//     any: [{…}, {…}]                 one of these; all: each of them; not: {…}
// A field with several values fits when one of them does. Never nullptr: problems are the reader's.
std::unique_ptr<Condition> read_condition(const event::YamlNode& node, event::YamlReader& reader);

}  // namespace pipeline
