#include "api/jaeger/v3_traces.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

#include "event/json_text.h"
#include "event/span.h"

namespace api::jaeger {

namespace {

namespace json = boost::json;

void write_value(const json::value& value, JsonWriter& out);
void write_attributes(const json::object& attributes, JsonWriter& out);

void write_list(std::string_view kind, const json::value& value, JsonWriter& out) {
    out.key(kind).begin_object().key("values");
    if (value.is_object()) {
        write_attributes(value.get_object(), out);
    } else {
        out.begin_array();
        for (const auto& element : value.get_array()) write_value(element, out);
        out.end_array();
    }
    out.end_object();
}

// An AnyValue.
void write_value(const json::value& value, JsonWriter& out) {
    out.begin_object();
    if (const auto* const text = value.if_string()) {
        out.key("stringValue").string({text->data(), text->size()});
    } else if (value.is_bool()) {
        out.key("boolValue").boolean(value.get_bool());
    } else if (value.is_int64()) {
        out.key("intValue").string(std::to_string(value.get_int64()));
    } else if (value.is_number()) {
        out.key("doubleValue").number(json::value_to<double>(value));
    } else if (value.is_array()) {
        write_list("arrayValue", value, out);
    } else if (value.is_object()) {
        write_list("kvlistValue", value, out);
    }
    out.end_object();
}

// KeyValues.
void write_attributes(const json::object& attributes, JsonWriter& out) {
    out.begin_array();
    for (const auto& each : attributes) {
        out.begin_object();
        out.key("key").string({each.key().data(), each.key().size()});
        out.key("value");
        write_value(each.value(), out);
        out.end_object();
    }
    out.end_array();
}

void write_named(std::string_view name, const json::object& attributes, JsonWriter& out) {
    if (attributes.empty()) return;
    out.key(name);
    write_attributes(attributes, out);
}

void write_text(std::string_view name, std::string_view text, JsonWriter& out) {
    if (!text.empty()) out.key(name).string(text);
}

void write_count(std::string_view name, std::int64_t count, JsonWriter& out) {
    if (count != 0) out.key(name).integer(count);
}

void write_time(std::string_view name, std::int64_t time, JsonWriter& out) {
    if (time != 0) out.key(name).string(std::to_string(time));
}

std::string_view text_of(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::int64_t number_of(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    return value == nullptr || !value->is_int64() ? 0 : value->get_int64();
}

void write_attributes_of(const json::object& object, JsonWriter& out) {
    const auto* const attributes = object.if_contains("attributes");
    if (attributes != nullptr && attributes->is_object()) {
        write_named("attributes", attributes->get_object(), out);
    }
    write_count("droppedAttributesCount", number_of(object, "dropped_attributes_count"), out);
}

void write_events(const StoredSpan& span, JsonWriter& out) {
    if (span.events.empty()) return;
    out.key("events").begin_array();
    for (const auto& each : span.events) {
        const json::object& event = each.get_object();
        out.begin_object();
        write_time("timeUnixNano", number_of(event, "time_unix_nano"), out);
        write_text("name", text_of(event, "name"), out);
        write_attributes_of(event, out);
        out.end_object();
    }
    out.end_array();
}

void write_links(const StoredSpan& span, JsonWriter& out) {
    if (span.links.empty()) return;
    out.key("links").begin_array();
    for (const auto& each : span.links) {
        const json::object& link = each.get_object();
        out.begin_object();
        write_text("traceId", text_of(link, "trace_id"), out);
        write_text("spanId", text_of(link, "span_id"), out);
        write_text("traceState", text_of(link, event::span::trace_state), out);
        write_attributes_of(link, out);
        out.end_object();
    }
    out.end_array();
}

void write_status(const StoredSpan& span, JsonWriter& out) {
    const int code = span.status == event::span::status_error ? 2
                     : span.status == event::span::status_ok  ? 1
                                                              : 0;
    out.key("status").begin_object();
    write_text("message", span.status_message, out);
    write_count("code", code, out);
    out.end_object();
}

int kind_of(const StoredSpan& span) {
    const auto* const found =
        std::find(std::begin(event::span::kinds), std::end(event::span::kinds), span.kind);
    return found == std::end(event::span::kinds)
               ? 0
               : static_cast<int>(found - std::begin(event::span::kinds));
}

void write_span(const StoredSpan& span, JsonWriter& out) {
    out.begin_object();
    out.key("traceId").string(span.trace_id);
    out.key("spanId").string(span.span_id);
    write_text("traceState", span.trace_state, out);
    write_text("parentSpanId", span.parent_span_id, out);
    write_count("flags", span.flags, out);
    write_text("name", span.name, out);
    write_count("kind", kind_of(span), out);
    write_time("startTimeUnixNano", span.start, out);
    write_time("endTimeUnixNano", span.start + span.duration, out);
    write_named("attributes", span.attributes, out);
    write_count("droppedAttributesCount", span.dropped_attributes, out);
    write_events(span, out);
    write_count("droppedEventsCount", span.dropped_events, out);
    write_links(span, out);
    write_count("droppedLinksCount", span.dropped_links, out);
    write_status(span, out);
    out.end_object();
}

std::string resource_head(const StoredSpan& span) {
    JsonWriter out;
    out.begin_object();
    write_named("attributes", span.resource, out);
    out.end_object();
    return out.take();
}

std::string scope_head(const StoredSpan& span) {
    JsonWriter out;
    out.begin_object();
    write_text("name", span.scope_name, out);
    write_text("version", span.scope_version, out);
    write_named("attributes", span.scope_attributes, out);
    out.end_object();
    return out.take();
}

}  // namespace

V3Traces::Scope& V3Traces::scope_of(const StoredSpan& span) {
    const std::string head = resource_head(span);
    const auto [place, added] = places_.try_emplace(head, resources_.size());
    if (added) resources_.push_back({head, {}, {}});
    Resource& resource = resources_[place->second];
    const std::string scope = scope_head(span);
    const auto [inner, new_scope] = resource.places.try_emplace(scope, resource.scopes.size());
    if (new_scope) resource.scopes.push_back({scope, {}});
    return resource.scopes[inner->second];
}

void V3Traces::add(const StoredSpan& span) {
    std::string& spans = scope_of(span).spans;
    const std::size_t before = spans.size();
    if (!spans.empty()) spans.push_back(',');
    JsonWriter out(spans);
    write_span(span, out);
    bytes_ += spans.size() - before;
}

std::string V3Traces::finish() const {
    JsonWriter out;
    out.begin_object().key("result").begin_object().key("resourceSpans").begin_array();
    for (const Resource& resource : resources_) {
        out.begin_object();
        out.key("resource").raw() += resource.head;
        out.key("scopeSpans").begin_array();
        for (const Scope& scope : resource.scopes) {
            out.begin_object();
            out.key("scope").raw() += scope.head;
            out.key("spans").raw() += '[' + scope.spans + ']';
            out.end_object();
        }
        out.end_array().end_object();
    }
    out.end_array().end_object().end_object();
    return out.take();
}

std::string v3_summaries(const std::vector<trace::TraceSummary>& summaries) {
    JsonWriter out;
    out.begin_object();
    out.key("summaries").begin_array();
    for (const auto& summary : summaries) {
        out.begin_object();
        out.key("traceId").string(summary.trace_id);
        if (summary.has_root) {
            write_text("rootServiceName", summary.root_service, out);
            write_text("rootOperationName", summary.root_name, out);
        }
        write_time("minStartTimeUnixNano", summary.start, out);
        write_time("maxEndTimeUnixNano", summary.end, out);
        write_count("spanCount", static_cast<std::int64_t>(summary.spans), out);
        write_count("errorSpanCount", static_cast<std::int64_t>(summary.errors), out);
        write_count("orphanSpanCount", static_cast<std::int64_t>(summary.orphans), out);
        out.key("services").begin_array();
        for (const auto& service : summary.services) {
            out.begin_object();
            write_text("name", service.name, out);
            write_count("spanCount", static_cast<std::int64_t>(service.spans), out);
            write_count("errorSpanCount", static_cast<std::int64_t>(service.errors), out);
            out.end_object();
        }
        out.end_array().end_object();
    }
    out.end_array().end_object();
    return out.take();
}

}  // namespace api::jaeger
