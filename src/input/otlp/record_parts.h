#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "event/event_builder.h"

// What log records and spans have in common. Pure functions over bytes that are not trusted; they
// throw as those of any_value.h.

namespace input::otlp {

inline constexpr std::size_t trace_id_bytes = 16;
inline constexpr std::size_t span_id_bytes = 8;

// Throws for attributes of a message, in its field `attributes`, that cannot be told.
void check_attributes_of(std::string_view message, std::uint32_t attributes);
// Tells them as members of the open object.
base::Status tell_attributes_of(std::string_view message, std::uint32_t attributes,
                                event::EventBuilder& to);

// Of the right length, and not all zeros.
bool is_id(std::string_view id, std::size_t size);
// Tells an id in lower-case hexadecimal; nothing for what is none. REQUIRES: size is at most 16.
void tell_id(std::string_view name, std::string_view id, std::size_t size, event::EventBuilder& to);
// Two digits, as W3C's traceparent has them; nothing for none.
void tell_trace_flags(std::uint32_t flags, event::EventBuilder& to);
// otel.scope.name and otel.scope.version
void tell_scope_name(std::string_view scope, event::EventBuilder& to);

}  // namespace input::otlp
