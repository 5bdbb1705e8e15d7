#pragma once

#include <string_view>

#include "pipeline/json_reader.h"

namespace fuzz {

// Whether a text is one JSON object. Numbers may have any size, as JSON says; many readers refuse
// integers beyond 64 bits.
inline bool is_json_object(std::string_view text) {
    pipeline::JsonReader reader;
    pipeline::Draft draft;
    return reader.read(text, draft).has_value();
}

}  // namespace fuzz
