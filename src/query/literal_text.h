#pragma once

#include <string_view>

#include "base/clock.h"
#include "event/value.h"
#include "storage/predicate.h"

namespace query {

// Everything that a value's text may mean: the text itself, and the integer ("42"), number ("4.5",
// "1e3"), boolean ("true", "false"), address or network ("10.0.0.1", "10.0.0.0/8") and time (see
// time_text.h) that it reads as. `type` is the field's type where it is known: epoch milliseconds
// and years are times only for timestamps.
storage::Literal literal_of(std::string_view text, base::Nanos now,
                            event::Type type = event::Type::string);

// Whether it reads as anything but a string.
bool has_typed_form(const storage::Literal& literal);

}  // namespace query
