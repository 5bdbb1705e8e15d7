#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "event/intake.h"
#include "input/elasticsearch/answer.h"

namespace input::elasticsearch {

// What the client wrote as the action: the key of the item in the answer.
enum class Verb : std::uint8_t { index, create, remove, update };

std::string_view name_of(Verb verb);

struct Action {
    Verb verb = Verb::index;
    event::RowOperation operation = event::RowOperation::index;  // after op_type
    bool has_id = false;
    std::string_view index;  // empty: not named
    std::string_view id;
};

using ActionResult =
    base::outcome::basic_result<std::optional<Action>, Failure, base::outcome::policy::terminate>;

// Parses one action line of a bulk request as Elasticsearch's BulkRequestParser does, its errors
// included; lenient where real clients need it: `_type`, the old names with underscores, and keys
// beside the action are read over. Nothing for a line of white space alone. `number` counts lines
// from 1. The views point into the line, or into `texts` where a string had escapes.
ActionResult parse_action_line(std::string_view line, std::size_t number,
                               std::deque<std::string>& texts);

}  // namespace input::elasticsearch
