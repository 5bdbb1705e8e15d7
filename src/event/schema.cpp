#include "event/schema.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace event {

namespace {

// Spellings that clients and their libraries use. Timestamps are not here: which of several times
// counts is decided per event, in the pipeline.
const std::unordered_map<std::string_view, std::string_view>& aliases() {
    static const std::unordered_map<std::string_view, std::string_view> table = {
        {"@timestamp", field::timestamp},
        {"log.level", field::level},
        {"severity", field::level},
        {"severity_text", field::level},
        {"severityText", field::level},
        {"SeverityText", field::level},
        {"lvl", field::level},
        {"loglevel", field::level},
        {"levelname", field::level},
        {"service.name", field::service_name},
        {"serviceName", field::service_name},
        {"service", field::service_name},
        {"event", field::event_type},
        {"event.action", field::event_type},
        {"eventType", field::event_type},
        {"event_name", field::event_type},
        {"event.name", field::event_type},
        {"trace.id", field::trace_id},
        {"traceId", field::trace_id},
        {"traceID", field::trace_id},
        {"TraceId", field::trace_id},
        {"traceid", field::trace_id},
        {"span.id", field::span_id},
        {"spanId", field::span_id},
        {"SpanId", field::span_id},
        {"spanID", field::span_id},
        {"spanid", field::span_id},
        {"orderId", field::order_id},
        {"order.id", field::order_id},
        {"userId", field::user_id},
        {"user.id", field::user_id},
        {"fileName", field::file_name},
        {"queueName", field::queue_name},
        {"msg", field::message},
        {"deployment.environment", field::environment},
        {"deployment.environment.name", field::environment},
    };
    return table;
}

constexpr std::string_view additional = "additional_data.";
constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string_view unified_name(std::string_view name) {
    if (name.starts_with(additional) && name.size() > additional.size()) {
        name.remove_prefix(additional.size());
    }
    const auto found = aliases().find(name);
    return found == aliases().end() ? name : found->second;
}

std::string id_of(std::uint64_t sequence) {
    std::string text;
    do {
        text.push_back(digits[sequence % 36]);
        sequence /= 36;
    } while (sequence != 0);
    text.push_back('~');
    std::reverse(text.begin(), text.end());
    return text;
}

std::uint64_t sequence_of(std::string_view id) {
    if (id.size() < 2 || id.size() > 14 || id[0] != '~') return 0;
    std::uint64_t value = 0;
    for (const char c : id.substr(1)) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) return 0;
        if (__builtin_mul_overflow(value, 36U, &value)) return 0;
        if (__builtin_add_overflow(value, digit, &value)) return 0;
    }
    return value;
}

}  // namespace event
