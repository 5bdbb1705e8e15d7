#include "input/otlp/span_record.h"

#include <fmt/format.h>

#include <iterator>
#include <limits>

#include "base/hash.h"
#include "event/index_name.h"
#include "event/schema.h"
#include "event/span.h"
#include "input/otlp/any_value.h"
#include "input/otlp/fields.h"
#include "input/otlp/protobuf_reader.h"
#include "input/otlp/record_parts.h"
#include "input/otlp/span_names.h"

namespace input::otlp {

namespace {

// All of a Span but its attributes, events and links.
struct Span {
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view parent_span_id;
    std::string_view trace_state;
    std::string_view name;
    std::string_view status;
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::uint32_t flags = 0;
    std::uint32_t dropped_attributes = 0;
    std::uint32_t dropped_events = 0;
    std::uint32_t dropped_links = 0;
    std::int32_t kind = 0;
};

// Fields of texts and ids.
std::string_view* text_field(Span& span, std::uint32_t field) {
    switch (field) {
        case bytes_field(span::trace_id):
            return &span.trace_id;
        case bytes_field(span::span_id):
            return &span.span_id;
        case bytes_field(span::parent_span_id):
            return &span.parent_span_id;
        case bytes_field(span::trace_state):
            return &span.trace_state;
        case bytes_field(span::name):
            return &span.name;
        case bytes_field(span::status):
            return &span.status;
        default:
            return nullptr;
    }
}

Span read_span(std::string_view text) {
    Span span;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        const auto field = reader.tag_and_type();
        if (auto* const view = text_field(span, field)) {
            *view = bytes_of(reader);
            continue;
        }
        switch (field) {
            case fixed64_field(span::start_time_unix_nano):
                span.start = reader.get_fixed64();
                break;
            case fixed64_field(span::end_time_unix_nano):
                span.end = reader.get_fixed64();
                break;
            case fixed32_field(span::flags):
                span.flags = reader.get_fixed32();
                break;
            case varint_field(span::kind):
                span.kind = reader.get_int32();
                break;
            case varint_field(span::dropped_attributes_count):
                span.dropped_attributes = reader.get_uint32();
                break;
            case varint_field(span::dropped_events_count):
                span.dropped_events = reader.get_uint32();
                break;
            case varint_field(span::dropped_links_count):
                span.dropped_links = reader.get_uint32();
                break;
            default:
                reader.skip();
        }
    }
    return span;
}

base::Error too_deep() { return base::invalid("a span's values are nested too deeply"); }

void tell_text(std::string_view name, std::string_view text, event::EventBuilder& to) {
    if (text.empty()) return;
    to.key(name);
    to.text(text);
}

void tell_count(std::string_view name, std::uint32_t count, event::EventBuilder& to) {
    if (count == 0) return;
    to.key(name);
    to.integer(count);
}

void tell_times(const Span& span, event::EventBuilder& to) {
    if (span.start != 0) {
        // The first name among times (pipeline/normalise_time.cpp).
        to.key("@timestamp");
        if (span.start <= std::uint64_t{std::numeric_limits<base::Nanos>::max()}) {
            to.time(static_cast<base::Nanos>(span.start));
        } else {
            to.text(fmt::format_int(span.start).c_str());  // no time of this world: a violation
        }
    }
    // Clocks that were set back in between give less than nothing.
    const std::uint64_t duration =
        span.start != 0 && span.end > span.start ? span.end - span.start : 0;
    to.key(event::span::duration);
    to.integer(static_cast<std::int64_t>(
        std::min(duration, std::uint64_t{std::numeric_limits<std::int64_t>::max()})));
}

void tell_status(std::string_view status, event::EventBuilder& to) {
    constexpr std::int32_t ok = 1;
    constexpr std::int32_t error = 2;
    std::int32_t code = 0;
    std::string_view message;
    protozero::pbf_reader reader(status.data(), status.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case varint_field(span_status::code):
                code = reader.get_int32();
                break;
            case bytes_field(span_status::message):
                message = bytes_of(reader);
                break;
            default:
                reader.skip();
        }
    }
    if (code == ok) tell_text(event::span::status, event::span::status_ok, to);
    if (code == error) tell_text(event::span::status, event::span::status_error, to);
    tell_text(event::span::status_message, message, to);
}

// Attributes of a message as an object of that name; nothing when there are none.
base::Status tell_object(std::string_view name, std::string_view message, std::uint32_t attributes,
                         event::EventBuilder& to) {
    protozero::pbf_reader first(message.data(), message.size());
    if (!first.next(attributes, protozero::pbf_wire_type::length_delimited)) return base::ok();
    to.key(name);
    if (!to.open_object()) return too_deep();
    TRY(tell_attributes_of(message, attributes, to));
    to.close_object();
    return base::ok();
}

base::Status tell_event(std::string_view text, event::EventBuilder& to) {
    std::uint64_t time = 0;
    std::string_view name;
    std::uint32_t dropped = 0;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case fixed64_field(span_event::time_unix_nano):
                time = reader.get_fixed64();
                break;
            case bytes_field(span_event::name):
                name = bytes_of(reader);
                break;
            case varint_field(span_event::dropped_attributes_count):
                dropped = reader.get_uint32();
                break;
            default:
                reader.skip();
        }
    }
    to.key("time_unix_nano");
    to.integer(static_cast<std::int64_t>(time));
    tell_text("name", name, to);
    TRY(tell_object("attributes", text, span_event::attributes, to));
    tell_count("dropped_attributes_count", dropped, to);
    return base::ok();
}

base::Status tell_link(std::string_view text, event::EventBuilder& to) {
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view trace_state;
    std::uint32_t flags = 0;
    std::uint32_t dropped = 0;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case bytes_field(span_link::trace_id):
                trace_id = bytes_of(reader);
                break;
            case bytes_field(span_link::span_id):
                span_id = bytes_of(reader);
                break;
            case bytes_field(span_link::trace_state):
                trace_state = bytes_of(reader);
                break;
            case varint_field(span_link::dropped_attributes_count):
                dropped = reader.get_uint32();
                break;
            case fixed32_field(span_link::flags):
                flags = reader.get_fixed32();
                break;
            default:
                reader.skip();
        }
    }
    tell_id(event::field::trace_id, trace_id, trace_id_bytes, to);
    tell_id(event::field::span_id, span_id, span_id_bytes, to);
    tell_text(event::span::trace_state, trace_state, to);
    tell_trace_flags(flags, to);
    TRY(tell_object("attributes", text, span_link::attributes, to));
    tell_count("dropped_attributes_count", dropped, to);
    return base::ok();
}

// The messages of a field as an array of objects; nothing when there are none.
template <typename Tell>
base::Status tell_array(std::string_view name, std::string_view span, std::uint32_t field,
                        event::EventBuilder& to, const Tell& tell) {
    bool open = false;
    protozero::pbf_reader reader(span.data(), span.size());
    while (reader.next(field, protozero::pbf_wire_type::length_delimited)) {
        if (!open) {
            to.key(name);
            if (!to.open_array()) return too_deep();
            open = true;
        }
        if (!to.open_object()) return too_deep();
        TRY(tell(bytes_of(reader), to));
        to.close_object();
    }
    if (open) to.close_array();
    return base::ok();
}

std::string_view environment_of(std::string_view resource) {
    const auto name = find_string(resource, resource::attributes, "deployment.environment.name");
    if (!name.empty()) return name;
    return find_string(resource, resource::attributes, "deployment.environment");
}

// What the span is part of, by the schema's names.
void tell_identity(const Span& span, std::string_view resource, event::EventBuilder& to) {
    tell_id(event::field::trace_id, span.trace_id, trace_id_bytes, to);
    tell_id(event::field::span_id, span.span_id, span_id_bytes, to);
    tell_id(event::span::parent_span_id, span.parent_span_id, span_id_bytes, to);
    tell_text(event::field::service_name,
              find_string(resource, resource::attributes, "service.name"), to);
    tell_text(event::field::environment, environment_of(resource), to);
    tell_text(event::span::name, span.name, to);
    if (span.kind > 0 && static_cast<std::size_t>(span.kind) < std::size(event::span::kinds)) {
        tell_text(event::span::kind, event::span::kinds[static_cast<std::size_t>(span.kind)], to);
    }
}

base::Status tell_normalised(std::string_view text, event::EventBuilder& to) {
    SpanNames names;
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next(span::attributes, protozero::pbf_wire_type::length_delimited)) {
        names.see(bytes_of(reader));
    }
    return names.tell(to);
}

base::Status check_ids(const Span& span) {
    const auto check = [](std::string_view name, std::string_view id, std::size_t size) {
        if (is_id(id, size)) return base::ok();
        return base::Status(base::invalid(
            fmt::format("expected a {} of {} bytes, not all zeros, found {}", name, size,
                        id.size() == size ? "zeros" : fmt::format("{} bytes", id.size()))));
    };
    TRY(check("trace_id", span.trace_id, trace_id_bytes));
    return check("span_id", span.span_id, span_id_bytes);
}

}  // namespace

void check_span(std::string_view text) {
    check_attributes_of(text, span::attributes);
    protozero::pbf_reader reader(text.data(), text.size());
    while (reader.next()) {
        switch (reader.tag_and_type()) {
            case bytes_field(span::events):
                check_attributes_of(bytes_of(reader), span_event::attributes);
                break;
            case bytes_field(span::links):
                check_attributes_of(bytes_of(reader), span_link::attributes);
                break;
            case bytes_field(span::status):
                check_attributes_of(bytes_of(reader), 0);  // for its form
                break;
            default:
                reader.skip();
        }
    }
}

base::Status tell_span(std::string_view text, std::string_view resource, std::string_view scope,
                       event::EventBuilder& to) {
    const Span span = read_span(text);
    TRY(check_ids(span));
    if (!to.open_object()) return too_deep();
    tell_times(span, to);
    tell_identity(span, resource, to);
    tell_status(span.status, to);
    tell_text(event::span::trace_state, span.trace_state, to);
    tell_trace_flags(span.flags, to);
    TRY(tell_normalised(text, to));
    TRY(tell_object(event::span::attributes, text, span::attributes, to));
    tell_count("dropped_attributes_count", span.dropped_attributes, to);
    TRY(tell_array(event::span::events, text, span::events, to, tell_event));
    tell_count("dropped_events_count", span.dropped_events, to);
    TRY(tell_array(event::span::links, text, span::links, to, tell_link));
    tell_count("dropped_links_count", span.dropped_links, to);
    tell_scope_name(scope, to);
    TRY(tell_object(event::span::scope_attributes, scope, scope::attributes, to));
    TRY(tell_object(event::span::resource, resource, resource::attributes, to));
    to.close_object();
    return base::ok();
}

std::string document_id(std::string_view text) {
    const Span span = read_span(text);
    if (!check_ids(span)) return {};
    std::string seed(span.trace_id);
    seed += fmt::format("{}/{}/", span.kind, span.start);
    seed += span.name;
    std::string id;
    id.reserve(32);
    for (const char byte : span.span_id) {
        fmt::format_to(std::back_inserter(id), "{:02x}", static_cast<unsigned char>(byte));
    }
    fmt::format_to(std::back_inserter(id), "{:016x}", base::hash_of(seed));
    return id;
}

std::string index_of_spans(std::string_view resource, std::string_view environment) {
    const std::string_view own = environment_of(resource);
    std::string name = event::index_name(event::span::index_prefix,
                                         event::slug_of(own.empty() ? environment : own));
    // What a client calls its environment may make no index name, too long above all.
    return event::check_index_name(name) ? name : std::string(event::span::index_prefix);
}

}  // namespace input::otlp
