#pragma once

#include <string_view>

namespace input::otlp {

// What a request carries. Requests of all signals have the same form around their records.
enum class Signal : unsigned char { logs, traces };

// How a signal's messages and fields are called, in JSON and in the .proto files.
struct SignalNames {
    std::string_view message;    // the request
    std::string_view resources;  // its fields, and theirs
    std::string_view resources_snake;
    std::string_view scopes;
    std::string_view scopes_snake;
    std::string_view records;
    std::string_view records_snake;
    std::string_view rejected;  // of the partial success
    std::string_view record;    // one, for people
};

inline constexpr SignalNames names_of_logs = {"ExportLogsServiceRequest",
                                              "resourceLogs",
                                              "resource_logs",
                                              "scopeLogs",
                                              "scope_logs",
                                              "logRecords",
                                              "log_records",
                                              "rejectedLogRecords",
                                              "log record"};
inline constexpr SignalNames names_of_traces = {"ExportTraceServiceRequest",
                                                "resourceSpans",
                                                "resource_spans",
                                                "scopeSpans",
                                                "scope_spans",
                                                "spans",
                                                "spans",
                                                "rejectedSpans",
                                                "span"};

constexpr const SignalNames& names_of(Signal signal) {
    return signal == Signal::logs ? names_of_logs : names_of_traces;
}

}  // namespace input::otlp
