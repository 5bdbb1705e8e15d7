#include "api/jaeger/stored_span.h"

#include <boost/json.hpp>
#include <charconv>

#include "event/schema.h"
#include "event/shape.h"
#include "event/span.h"
#include "trace/span.h"
#include "trace/trace_finder.h"

namespace api::jaeger {

namespace {

namespace json = boost::json;

// Puts back which numbers of a row were doubles: a double without decimals is written as an
// integer.
class Doubles {
  public:
    Doubles(const event::Batch& batch, std::uint32_t row) : batch_(batch), row_(row) {}

    void mend(json::object& object, const std::string& path) const {
        for (auto& [key, value] : object) mend(value, path + std::string(key));
    }

  private:
    void mend(json::value& value, const std::string& path) const {
        if (value.is_int64() || value.is_uint64()) {
            if (is_double(path)) value = json::value_to<double>(value);
        } else if (auto* const array = value.if_array()) {
            for (auto& element : *array) mend(element, path);
        } else if (auto* const object = value.if_object()) {
            mend(*object, path + '.');
        }
    }

    bool is_double(const std::string& path) const {
        const auto name = event::unified_name(path);
        return has(name, event::Type::number) && !has(name, event::Type::integer);
    }
    bool has(std::string_view name, event::Type type) const {
        const event::Column* const column = batch_.find(name, type);
        if (column == nullptr) return false;
        const auto [first, last] = column->values_of(row_);
        return first != last;
    }

    const event::Batch& batch_;
    const std::uint32_t row_;
};

std::string text_at(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    const auto* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

std::int64_t number_at(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    const auto* const number = value == nullptr ? nullptr : value->if_int64();
    return number == nullptr ? 0 : *number;
}

json::object object_at(json::object& object, std::string_view name) {
    auto* const value = object.if_contains(name);
    auto* const inner = value == nullptr ? nullptr : value->if_object();
    return inner == nullptr ? json::object() : std::move(*inner);
}

json::array array_at(json::object& object, std::string_view name) {
    auto* const value = object.if_contains(name);
    auto* const inner = value == nullptr ? nullptr : value->if_array();
    if (inner == nullptr) return {};
    json::array objects;
    for (auto& each : *inner) {
        if (each.is_object()) objects.push_back(std::move(each));
    }
    return objects;
}

std::uint32_t flags_of(const std::string& hex) {
    std::uint32_t flags = 0;
    std::from_chars(hex.data(), hex.data() + hex.size(), flags, 16);
    return flags;
}

void take_objects(json::object& source, const Doubles& doubles, StoredSpan& span) {
    const auto dotted = [](std::string_view name) { return std::string(name) + '.'; };
    span.attributes = object_at(source, event::span::attributes);
    doubles.mend(span.attributes, dotted(event::span::attributes));
    span.scope_attributes = object_at(source, event::span::scope_attributes);
    doubles.mend(span.scope_attributes, dotted(event::span::scope_attributes));
    span.resource = object_at(source, event::span::resource);
    doubles.mend(span.resource, dotted(event::span::resource));
    const auto nested = [&](std::string_view name, json::array& to) {
        to = array_at(source, name);
        for (auto& each : to) {
            auto* const attributes = each.as_object().if_contains("attributes");
            if (attributes == nullptr || !attributes->is_object()) continue;
            doubles.mend(attributes->as_object(), dotted(name) + "attributes.");
        }
    };
    nested(event::span::events, span.events);
    nested(event::span::links, span.links);
}

// False for a row that is no span.
bool read_span(const event::Batch& batch, std::uint32_t row, json::object source,
               StoredSpan& span) {
    span.trace_id = text_at(source, event::field::trace_id);
    span.span_id = text_at(source, event::field::span_id);
    if (span.trace_id.empty() || span.span_id.empty()) return false;
    span.parent_span_id = text_at(source, event::span::parent_span_id);
    span.service = text_at(source, event::field::service_name);
    span.name = text_at(source, event::span::name);
    span.kind = text_at(source, event::span::kind);
    span.status = text_at(source, event::span::status);
    span.status_message = text_at(source, event::span::status_message);
    span.trace_state = text_at(source, event::span::trace_state);
    span.scope_name = text_at(source, event::span::scope_name);
    span.scope_version = text_at(source, event::span::scope_version);
    span.flags = flags_of(text_at(source, event::span::trace_flags));
    span.start = batch.time[row];
    span.duration = std::max<std::int64_t>(number_at(source, event::span::duration), 0);
    span.dropped_attributes = number_at(source, "dropped_attributes_count");
    span.dropped_events = number_at(source, "dropped_events_count");
    span.dropped_links = number_at(source, "dropped_links_count");
    take_objects(source, Doubles(batch, row), span);
    return true;
}

}  // namespace

base::Status each_span(const query::Searcher& searcher, const std::string& trace_id,
                       const std::function<bool(const StoredSpan&)>& each) {
    storage::ScanRequest request;
    request.indices = event::IndexPattern(event::span::indices);
    request.predicate = storage::Predicate::one_of(event::field::trace_id, {trace_id});
    request.order = storage::Order::oldest_first;
    request.limit = most_spans;
    std::string source;
    return searcher.rows(std::move(request), [&](const event::Batch& batch) {
        event::SourceWriter writer(batch);
        for (std::uint32_t row = 0; row < batch.rows(); ++row) {
            source.clear();
            writer.append(row, source);
            json::error_code failed;
            json::parse_options options;
            options.max_depth = 200;  // more than any event may have
            auto value = json::parse(source, failed, {}, options);
            if (failed || !value.is_object()) continue;
            StoredSpan span;
            if (!read_span(batch, row, std::move(value.as_object()), span)) continue;
            // An attribute of that name fits too.
            if (span.trace_id != trace_id) continue;
            if (!each(span)) return false;
        }
        return true;
    });
}

}  // namespace api::jaeger
