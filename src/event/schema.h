#pragma once

#include <string>
#include <string_view>

namespace event {

// Names of the unified schema (mission C) that the code itself speaks of.
namespace field {
inline constexpr std::string_view timestamp = "timestamp";  // held in Batch::time, not in a column
inline constexpr std::string_view level = "level";
inline constexpr std::string_view service_name = "service_name";
inline constexpr std::string_view event_type = "event_type";
inline constexpr std::string_view order_id = "order_id";
inline constexpr std::string_view user_id = "user_id";
inline constexpr std::string_view trace_id = "trace_id";
inline constexpr std::string_view span_id = "span_id";
inline constexpr std::string_view file_name = "file_name";
inline constexpr std::string_view queue_name = "queue_name";
inline constexpr std::string_view message = "message";
inline constexpr std::string_view environment = "environment";

// Ordertrail's own columns. Clients' fields of these names are stored as `client.<name>`.
inline constexpr std::string_view id = "_id";        // string, only where the client gave one
inline constexpr std::string_view shape = "_shape";  // string, see shape.h
inline constexpr std::string_view violations = "_violations";  // string, several
inline constexpr std::string_view overflow = "_overflow";      // string, several: see overflow.h
inline constexpr std::string_view received = "_received";      // timestamp: when the request came
inline constexpr std::string_view index = "_index";            // only in answers
}  // namespace field

// The unified name of a field as a client or a query wrote it: aliases ("log.level", "traceId")
// resolved and "additional_data." taken off. The view is into static storage or into `name`.
std::string_view unified_name(std::string_view name);

// The `_id` of an event whose client gave none, and back (0 when it is not of that form).
std::string id_of(std::uint64_t sequence);
std::uint64_t sequence_of(std::string_view id);

}  // namespace event
