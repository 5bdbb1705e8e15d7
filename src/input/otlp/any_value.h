#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/event_builder.h"

// AnyValue and KeyValue of OTLP, as protobuf. Pure functions over bytes that are not trusted; those
// that throw do it for bytes that are no protobuf (protozero::exception) or nested too deeply.

namespace input::otlp {

// Values inside of values; protobuf's own parsers stop at like depths.
inline constexpr unsigned deepest_value = 100;

// Throws for an AnyValue, or a KeyValue, that cannot be told.
void check_value(std::string_view value, unsigned depth = 0);
void check_attribute(std::string_view attribute, unsigned depth = 0);

enum class ValueKind : unsigned char { none, map, other };
ValueKind kind_of(std::string_view value);

// Key and value of a KeyValue, views into it.
struct Attribute {
    std::string_view key;
    std::string_view value;  // an AnyValue; empty: not set
};
Attribute read_attribute(std::string_view text);
// The text of an AnyValue that is a string; empty for others.
std::string_view string_of(std::string_view value);
// The string that the first of a message's attributes of that key has; empty without one.
std::string_view find_string(std::string_view message, std::uint32_t attributes,
                             std::string_view key);

// Tells a value, null for one that is not set; throws as above. InvalidArgument when the builder
// takes nothing nested so deeply.
base::Status tell_value(std::string_view value, event::EventBuilder& to, unsigned depth = 0);
// Key and value.
base::Status tell_attribute(std::string_view attribute, event::EventBuilder& to,
                            unsigned depth = 0);
// The members of an AnyValue that is a map. REQUIRES: kind_of is map.
base::Status tell_members(std::string_view value, event::EventBuilder& to);

// Standard base64 with padding; replaces `out`.
void encode_base64(std::string_view bytes, std::string& out);
// Standard or URL alphabet, padding optional; replaces `out`. False for other text.
bool decode_base64(std::string_view text, std::string& out);

}  // namespace input::otlp
