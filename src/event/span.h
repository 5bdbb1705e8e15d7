#pragma once

#include <string_view>

// The fields by which spans are stored (docs/reference/otlp.md): what inputs write and readers of
// traces look for. trace_id, span_id, service_name, environment and queue_name are the schema's.

namespace event::span {

// Spans of an environment lie in one index, `.spans-prod`: hidden (see IndexPattern), so that a
// search of everything finds events only.
inline constexpr std::string_view index_prefix = ".spans";
inline constexpr std::string_view indices = ".spans*";  // a pattern

inline constexpr std::string_view parent_span_id = "parent_span_id";
inline constexpr std::string_view name = "span_name";
inline constexpr std::string_view kind = "span_kind";        // server, client, …; absent: none told
inline constexpr std::string_view duration = "duration_ns";  // integer, not below 0
inline constexpr std::string_view status = "span_status";    // ok, error; absent: unset
inline constexpr std::string_view status_message = "span_status_message";
inline constexpr std::string_view trace_state = "trace_state";
inline constexpr std::string_view trace_flags = "trace_flags";

// Members of the stored event that hold objects. Attributes are columns without their prefix
// (unified_name), those of the resource and of links with it.
inline constexpr std::string_view attributes = "additional_data";
inline constexpr std::string_view resource = "resource";
inline constexpr std::string_view scope_attributes = "otel.scope.attributes";
inline constexpr std::string_view scope_name = "otel.scope.name";
inline constexpr std::string_view scope_version = "otel.scope.version";
inline constexpr std::string_view events = "span_events";  // array of {time_unix_nano, name, …}
inline constexpr std::string_view links = "span_links";    // array of {trace_id, span_id, …}
inline constexpr std::string_view linked_trace_id = "span_links.trace_id";
inline constexpr std::string_view linked_span_id = "span_links.span_id";

// Values of `kind`, by OTLP's numbers.
inline constexpr std::string_view kinds[] = {"",       "internal", "server",
                                             "client", "producer", "consumer"};
inline constexpr std::string_view status_ok = "ok";
inline constexpr std::string_view status_error = "error";

}  // namespace event::span
