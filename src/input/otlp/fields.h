#pragma once

#include <cstdint>

// Numbers of the fields of opentelemetry-proto 1.x (collector/logs/v1, logs/v1, common/v1,
// resource/v1) and of google.rpc.Status.

namespace input::otlp {

namespace request {
inline constexpr std::uint32_t resource_logs = 1;
}
namespace resource_logs {
inline constexpr std::uint32_t resource = 1;
inline constexpr std::uint32_t scope_logs = 2;
}  // namespace resource_logs
namespace resource {
inline constexpr std::uint32_t attributes = 1;
}
namespace scope_logs {
inline constexpr std::uint32_t scope = 1;
inline constexpr std::uint32_t log_records = 2;
}  // namespace scope_logs
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
inline constexpr std::uint32_t rejected_log_records = 1;  // int64
inline constexpr std::uint32_t error_message = 2;
}  // namespace partial_success
namespace status {
inline constexpr std::uint32_t code = 1;  // int32
inline constexpr std::uint32_t message = 2;
}  // namespace status

}  // namespace input::otlp
