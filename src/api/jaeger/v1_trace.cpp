#include "api/jaeger/v1_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "api/jaeger/value_text.h"
#include "event/span.h"

namespace api::jaeger {

namespace {

namespace json = boost::json;

constexpr std::string_view no_service = "OTLPResourceNoServiceName";
constexpr std::int64_t most_exact = (std::int64_t{1} << 53) - 1;  // of JavaScript

// Tags that Jaeger shows with the process, whoever sent them with a span.
constexpr std::string_view library_keys[] = {"otel.library.name",       "otel.library.version",
                                             "telemetry.sdk.language",  "telemetry.sdk.name",
                                             "telemetry.sdk.version",   "telemetry.distro.name",
                                             "telemetry.distro.version"};

using Tag = std::pair<std::string, json::value>;
using Tags = std::vector<Tag>;

void append(const json::object& attributes, Tags& to) {
    for (const auto& each : attributes) to.emplace_back(std::string(each.key()), each.value());
}

void sort(Tags& tags, std::size_t from = 0) {
    std::stable_sort(tags.begin() + static_cast<std::ptrdiff_t>(from), tags.end(),
                     [](const Tag& one, const Tag& other) { return one.first < other.first; });
}

void write_tag(const Tag& tag, JsonWriter& out) {
    out.begin_object();
    out.key("key").string(tag.first);
    const json::value& value = tag.second;
    if (value.is_bool()) {
        out.key("type").string("bool").key("value").boolean(value.get_bool());
    } else if (value.is_int64()) {
        const std::int64_t number = value.get_int64();
        out.key("type").string("int64").key("value");
        const bool exact = number <= most_exact && number >= -most_exact;
        exact ? out.integer(number) : out.string(std::to_string(number));
    } else if (value.is_double() || value.is_uint64()) {
        out.key("type").string("float64").key("value").number(json::value_to<double>(value));
    } else {
        out.key("type").string("string").key("value");
        out.string(value.is_null() ? std::string() : value_text(value));
    }
    out.end_object();
}

void write_tags(const Tags& tags, JsonWriter& out) {
    out.begin_array();
    for (const Tag& tag : tags) write_tag(tag, out);
    out.end_array();
}

bool is_library_key(const Tag& tag) {
    return std::find(std::begin(library_keys), std::end(library_keys), tag.first) !=
           std::end(library_keys);
}

Tags tags_of(const StoredSpan& span) {
    Tags tags;
    if (!span.scope_name.empty()) tags.emplace_back("otel.scope.name", span.scope_name);
    if (!span.scope_version.empty()) tags.emplace_back("otel.scope.version", span.scope_version);
    append(span.attributes, tags);
    if (!span.kind.empty()) tags.emplace_back("span.kind", span.kind);
    if (span.status == event::span::status_error) {
        tags.emplace_back("otel.status_code", "ERROR");
        tags.emplace_back("error", true);
    } else if (span.status == event::span::status_ok) {
        tags.emplace_back("otel.status_code", "OK");
    }
    if (!span.status_message.empty()) {
        tags.emplace_back("otel.status_description", span.status_message);
    }
    if (!span.trace_state.empty()) tags.emplace_back("w3c.tracestate", span.trace_state);
    std::erase_if(tags, is_library_key);
    sort(tags);
    return tags;
}

std::string_view text_of(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

struct Reference {
    bool child = false;
    std::string_view trace_id;
    std::string_view span_id;
};

bool is_child(const json::object& link) {
    const auto* const attributes = link.if_contains("attributes");
    if (attributes == nullptr || !attributes->is_object()) return false;
    return text_of(attributes->get_object(), "opentracing.ref_type") == "child_of";
}

std::vector<Reference> references_of(const StoredSpan& span) {
    std::vector<Reference> all;
    const bool has_parent = !span.parent_span_id.empty();
    if (has_parent) all.push_back({true, span.trace_id, span.parent_span_id});
    for (const auto& each : span.links) {
        const json::object& link = each.get_object();
        const Reference reference{is_child(link), text_of(link, "trace_id"),
                                  text_of(link, "span_id")};
        if (reference.trace_id.empty()) continue;
        if (has_parent && reference.trace_id == span.trace_id &&
            reference.span_id == span.parent_span_id) {
            all[0].child = reference.child;
        } else {
            all.push_back(reference);
        }
    }
    // The first one in this trace is taken for the parent: a child's before others.
    const auto own = [&](const Reference& each) { return each.trace_id == span.trace_id; };
    auto first = std::find_if(all.begin(), all.end(),
                              [&](const Reference& each) { return own(each) && each.child; });
    if (first == all.end()) first = std::find_if(all.begin(), all.end(), own);
    if (first != all.end()) std::swap(*first, all.front());
    return all;
}

void write_references(const StoredSpan& span, JsonWriter& out) {
    out.begin_array();
    for (const Reference& reference : references_of(span)) {
        out.begin_object();
        out.key("refType").string(reference.child ? "CHILD_OF" : "FOLLOWS_FROM");
        out.key("traceID").string(short_trace_id(reference.trace_id));
        out.key("spanID").string(reference.span_id.empty() ? "0000000000000000"
                                                           : reference.span_id);
        out.end_object();
    }
    out.end_array();
}

void write_logs(const StoredSpan& span, JsonWriter& out) {
    out.begin_array();
    for (const auto& each : span.events) {
        const json::object& event = each.get_object();
        const auto* const time = event.if_contains("time_unix_nano");
        Tags fields;
        const auto* const attributes = event.if_contains("attributes");
        const bool own = attributes != nullptr && attributes->is_object();
        const auto name = text_of(event, "name");
        const bool named = own && attributes->get_object().contains("event");
        if (!name.empty() && !named) fields.emplace_back("event", std::string(name));
        if (own) append(attributes->get_object(), fields);
        const auto place = std::find_if(fields.begin(), fields.end(), [](const Tag& tag) {
            return tag.first == "event" && tag.second.is_string();
        });
        if (place != fields.end()) std::swap(*place, fields.front());
        sort(fields, place == fields.end() ? 0 : 1);
        out.begin_object();
        out.key("timestamp")
            .integer(time == nullptr || !time->is_int64() ? 0 : time->get_int64() / 1000);
        out.key("fields");
        write_tags(fields, out);
        out.end_object();
    }
    out.end_array();
}

}  // namespace

std::string_view short_trace_id(std::string_view id) {
    constexpr std::size_t half = 16;
    if (id.size() == 2 * half &&
        id.substr(0, half).find_first_not_of('0') == std::string_view::npos)
        return id.substr(half);
    return id;
}

std::string V1Trace::process_of(const StoredSpan& span) {
    Tags tags;
    append(span.resource, tags);
    std::erase_if(tags, [](const Tag& tag) { return tag.first == "service.name"; });
    for (const auto& each : span.attributes) {
        Tag tag(std::string(each.key()), each.value());
        if (is_library_key(tag)) tags.push_back(std::move(tag));
    }
    sort(tags);
    std::string text;
    JsonWriter out(text);
    out.begin_object();
    out.key("serviceName").string(span.service.empty() ? no_service : span.service);
    out.key("tags");
    write_tags(tags, out);
    out.end_object();
    const auto [found, added] =
        processes_.try_emplace(std::move(text), fmt::format("p{}", processes_.size() + 1));
    return found->second;
}

void V1Trace::add(const StoredSpan& span) {
    if (spans_++ > 0) text_.push_back(',');
    if (trace_id_.empty()) trace_id_ = short_trace_id(span.trace_id);
    JsonWriter out(text_);
    out.begin_object();
    out.key("traceID").string(short_trace_id(span.trace_id));
    out.key("spanID").string(span.span_id);
    out.key("operationName").string(span.name);
    out.key("references");
    write_references(span, out);
    out.key("startTime").integer(span.start / base::microsecond);
    out.key("duration").integer(span.duration / base::microsecond);
    out.key("tags");
    write_tags(tags_of(span), out);
    out.key("logs");
    write_logs(span, out);
    out.key("processID").string(process_of(span));
    out.key("warnings").null();
    out.end_object();
}

void V1Trace::finish(JsonWriter& json) const {
    json.begin_object();
    json.key("traceID").string(trace_id_);
    json.key("spans").raw() += '[' + text_ + ']';
    json.key("processes").begin_object();
    for (const auto& [process, name] : processes_) json.key(name).raw() += process;
    json.end_object();
    json.key("warnings").null();
    json.end_object();
}

}  // namespace api::jaeger
