#include "input/otlp/log_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "event/schema.h"
#include "input/otlp/any_value.h"
#include "input/otlp/fields.h"
#include "input/otlp/protobuf_reader.h"
#include "input/otlp/record_parts.h"

namespace input::otlp {

namespace {

// All of a LogRecord but its attributes.
struct LogRecord {
    std::uint64_t time = 0;
    std::uint64_t observed_time = 0;
    std::int32_t severity = 0;
    std::uint32_t dropped_attributes = 0;
    std::uint32_t flags = 0;
    std::string_view severity_text;
    std::string_view body;
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view event_name;
};

LogRecord read_log_record(std::string_view text) {
    LogRecord record;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case fixed64_field(log_record::time_unix_nano):
                record.time = reader.get_fixed64();
                break;
            case fixed64_field(log_record::observed_time_unix_nano):
                record.observed_time = reader.get_fixed64();
                break;
            case varint_field(log_record::severity_number):
                record.severity = reader.get_int32();
                break;
            case varint_field(log_record::dropped_attributes_count):
                record.dropped_attributes = reader.get_uint32();
                break;
            case fixed32_field(log_record::flags):
                record.flags = reader.get_fixed32();
                break;
            case bytes_field(log_record::severity_text):
                record.severity_text = bytes_of(reader);
                break;
            case bytes_field(log_record::body):
                record.body = bytes_of(reader);
                break;
            case bytes_field(log_record::trace_id):
                record.trace_id = bytes_of(reader);
                break;
            case bytes_field(log_record::span_id):
                record.span_id = bytes_of(reader);
                break;
            case bytes_field(log_record::event_name):
                record.event_name = bytes_of(reader);
                break;
            default:
                reader.skip();
        }
    }
    return record;
}

void tell_time(const LogRecord& record, event::EventBuilder& to) {
    const std::uint64_t time = record.time != 0 ? record.time : record.observed_time;
    if (time == 0) return;
    // The first name among times (pipeline/normalise_time.cpp): attributes named so do not count.
    to.key("@timestamp");
    if (time <= std::uint64_t{std::numeric_limits<base::Nanos>::max()}) {
        to.time(static_cast<base::Nanos>(time));
    } else {
        to.text(fmt::format_int(time).c_str());  // no time of this world: a violation
    }
}

bool same_letters(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? a - 32 : a) == (b >= 'a' && b <= 'z' ? b - 32 : b);
    });
}

void tell_severity(const LogRecord& record, event::EventBuilder& to) {
    static constexpr std::array<std::string_view, 6> names = {"TRACE", "DEBUG", "INFO",
                                                              "WARN",  "ERROR", "FATAL"};
    const bool known = record.severity >= 1 && record.severity <= 24;
    if (known) {
        const std::string_view name = names[static_cast<std::size_t>(record.severity - 1) / 4];
        const bool same = same_letters(record.severity_text, name);
        to.key(event::field::level);
        to.text(same ? record.severity_text : name);
        if (!same && !record.severity_text.empty()) {
            to.key("otel.severity_text");
            to.text(record.severity_text);
        }
    } else if (!record.severity_text.empty()) {
        to.key("severity_text");
        to.text(record.severity_text);
    }
    if (record.severity != 0) {
        to.key("severity_number");
        to.integer(record.severity);
    }
}

void tell_trace(const LogRecord& record, event::EventBuilder& to) {
    tell_id(event::field::trace_id, record.trace_id, trace_id_bytes, to);
    tell_id(event::field::span_id, record.span_id, span_id_bytes, to);
    tell_trace_flags(record.flags, to);
}

base::Status tell_body(std::string_view body, event::EventBuilder& to) {
    switch (kind_of(body)) {
        case ValueKind::none:
            break;
        case ValueKind::map:
            return tell_members(body, to);
        case ValueKind::other:
            to.key(event::field::message);
            return tell_value(body, to);
    }
    return base::ok();
}

}  // namespace

void check_log_record(std::string_view record) {
    check_attributes_of(record, log_record::attributes);
    check_value(read_log_record(record).body);
}

base::Status tell_log_record(std::string_view text, std::string_view resource,
                             std::string_view scope, event::EventBuilder& to) {
    const LogRecord record = read_log_record(text);
    if (!to.open_object()) return base::invalid("an event is nested too deeply");
    tell_time(record, to);
    tell_severity(record, to);
    TRY(tell_body(record.body, to));
    tell_trace(record, to);
    if (!record.event_name.empty()) {
        to.key("event_name");
        to.text(record.event_name);
    }
    // What is nearest to the event comes first: of several values of one field the first counts.
    TRY(tell_attributes_of(text, log_record::attributes, to));
    if (record.dropped_attributes != 0) {
        to.key("dropped_attributes_count");
        to.integer(record.dropped_attributes);
    }
    tell_scope_name(scope, to);
    TRY(tell_attributes_of(scope, scope::attributes, to));
    TRY(tell_attributes_of(resource, resource::attributes, to));
    to.close_object();
    return base::ok();
}

}  // namespace input::otlp
