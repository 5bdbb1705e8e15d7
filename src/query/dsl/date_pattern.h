#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

// Date patterns of Java's DateTimeFormatter: letters y u M d H m s S n e E a h X x Z, text in
// quotes, anything else for itself.

namespace query::dsl {

// What is not known in a pattern; empty when it can be used.
std::string trouble_of_pattern(std::string_view pattern);

// A text of that pattern as RFC 3339, cut where the pattern ends, with the text's zone where it has
// one; nothing when it does not fit.
std::optional<std::string> iso_of(std::string_view text, std::string_view pattern);

// `local` is what clocks show, as if it were UTC, `offset` how much that is ahead of UTC.
std::string format_pattern(base::Nanos local, base::Nanos offset, std::string_view pattern);

}  // namespace query::dsl
