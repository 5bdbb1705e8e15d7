#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "api/jaeger/stored_span.h"
#include "base/result.h"

namespace api::jaeger {

// Calls `each` with the spans of OTLP's JSON ({"resourceSpans": […]}), as Jaeger's UI sends a file
// that somebody opens in it, in their order; false from it ends it. Members that are not known are
// passed over, and numbers may be texts. InvalidArgument for what is no JSON, ids that are none and
// values of another type, with the member's name; TooLarge beyond a limit. Spans before the place
// of what is wrong were told already.
base::Status read_otlp_spans(std::string_view text,
                             const std::function<bool(const StoredSpan&)>& each);

// Of the text. Reading it takes some ten times as much memory.
inline constexpr std::size_t longest_otlp_text = std::size_t{16} << 20;
// The resource's attributes, counted with each of its spans: they are written for each.
inline constexpr std::size_t most_resource_bytes = std::size_t{64} << 20;

}  // namespace api::jaeger
