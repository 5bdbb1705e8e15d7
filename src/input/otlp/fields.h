#pragma once

#include <cstdint>

// Numbers of the fields of opentelemetry-proto 1.x (collector/logs/v1, logs/v1, collector/trace/v1,
// trace/v1, common/v1, resource/v1) and of google.rpc.Status. Requests of logs and of traces have
// the same form around their records: ResourceLogs and ResourceSpans, ScopeLogs and ScopeSpans.

namespace input::otlp {

namespace request {
inline constexpr std::uint32_t resources = 1;
}
namespace of_resource {
inline constexpr std::uint32_t resource = 1;
inline constexpr std::uint32_t scopes = 2;
}  // namespace of_resource
namespace resource {
inline constexpr std::uint32_t attributes = 1;
}
namespace of_scope {
inline constexpr std::uint32_t scope = 1;
inline constexpr std::uint32_t records = 2;
}  // namespace of_scope
namespace scope {
inline constexpr std::uint32_t name = 1;
inline constexpr std::uint32_t version = 2;
inline constexpr std::uint32_t attributes = 3;
}  // namespace scope
namespace log_record {
inline constexpr std::uint32_t time_unix_nano = 1;            // fixed64
inline constexpr std::uint32_t severity_number = 2;           // enum
inline constexpr std::uint32_t severity_text = 3;             // string
inline constexpr std::uint32_t body = 5;                      // AnyValue
inline constexpr std::uint32_t attributes = 6;                // KeyValue
inline constexpr std::uint32_t dropped_attributes_count = 7;  // uint32
inline constexpr std::uint32_t flags = 8;                     // fixed32
inline constexpr std::uint32_t trace_id = 9;                  // bytes
inline constexpr std::uint32_t span_id = 10;                  // bytes
inline constexpr std::uint32_t observed_time_unix_nano = 11;  // fixed64
inline constexpr std::uint32_t event_name = 12;               // string
}  // namespace log_record
namespace span {
inline constexpr std::uint32_t trace_id = 1;                   // bytes
inline constexpr std::uint32_t span_id = 2;                    // bytes
inline constexpr std::uint32_t trace_state = 3;                // string
inline constexpr std::uint32_t parent_span_id = 4;             // bytes
inline constexpr std::uint32_t name = 5;                       // string
inline constexpr std::uint32_t kind = 6;                       // enum
inline constexpr std::uint32_t start_time_unix_nano = 7;       // fixed64
inline constexpr std::uint32_t end_time_unix_nano = 8;         // fixed64
inline constexpr std::uint32_t attributes = 9;                 // KeyValue
inline constexpr std::uint32_t dropped_attributes_count = 10;  // uint32
inline constexpr std::uint32_t events = 11;                    // Event
inline constexpr std::uint32_t dropped_events_count = 12;      // uint32
inline constexpr std::uint32_t links = 13;                     // Link
inline constexpr std::uint32_t dropped_links_count = 14;       // uint32
inline constexpr std::uint32_t status = 15;                    // Status
inline constexpr std::uint32_t flags = 16;                     // fixed32
}  // namespace span
namespace span_event {
inline constexpr std::uint32_t time_unix_nano = 1;            // fixed64
inline constexpr std::uint32_t name = 2;                      // string
inline constexpr std::uint32_t attributes = 3;                // KeyValue
inline constexpr std::uint32_t dropped_attributes_count = 4;  // uint32
}  // namespace span_event
namespace span_link {
inline constexpr std::uint32_t trace_id = 1;                  // bytes
inline constexpr std::uint32_t span_id = 2;                   // bytes
inline constexpr std::uint32_t trace_state = 3;               // string
inline constexpr std::uint32_t attributes = 4;                // KeyValue
inline constexpr std::uint32_t dropped_attributes_count = 5;  // uint32
inline constexpr std::uint32_t flags = 6;                     // fixed32
}  // namespace span_link
namespace span_status {
inline constexpr std::uint32_t message = 2;  // string
inline constexpr std::uint32_t code = 3;     // enum
}  // namespace span_status
namespace key_value {
inline constexpr std::uint32_t key = 1;
inline constexpr std::uint32_t value = 2;
}  // namespace key_value
namespace any_value {
inline constexpr std::uint32_t string_value = 1;
inline constexpr std::uint32_t bool_value = 2;
inline constexpr std::uint32_t int_value = 3;     // int64
inline constexpr std::uint32_t double_value = 4;  // double
inline constexpr std::uint32_t array_value = 5;   // ArrayValue
inline constexpr std::uint32_t kvlist_value = 6;  // KeyValueList
inline constexpr std::uint32_t bytes_value = 7;
}  // namespace any_value
namespace array_value {
inline constexpr std::uint32_t values = 1;  // AnyValue
}
namespace key_value_list {
inline constexpr std::uint32_t values = 1;  // KeyValue
}
namespace response {
inline constexpr std::uint32_t partial_success = 1;
}
namespace partial_success {
inline constexpr std::uint32_t rejected = 1;  // int64: rejected_log_records, rejected_spans
inline constexpr std::uint32_t error_message = 2;
}  // namespace partial_success
namespace status {
inline constexpr std::uint32_t code = 1;  // int32
inline constexpr std::uint32_t message = 2;
}  // namespace status

}  // namespace input::otlp
