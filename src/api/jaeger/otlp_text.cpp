#include "api/jaeger/otlp_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>

#include "event/span.h"

namespace api::jaeger {

namespace {

namespace json = boost::json;

constexpr int deepest = 40;  // of what an attribute's value holds

// Thrown for what is wrong, caught below: a file is rarely so.
struct Malformed {
    std::string what;
};

[[noreturn]] void wrong(std::string_view where, std::string_view expected) {
    throw Malformed{fmt::format("{}: expected {}", where, expected)};
}

const json::value* find(const json::object& object, std::string_view name) {
    const auto* const value = object.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string text_at(const json::object& object, std::string_view name) {
    const auto* const value = find(object, name);
    if (value == nullptr) return {};
    if (!value->is_string()) wrong(name, "a text");
    return std::string(value->get_string());
}

// A member that is an array of objects; empty when it is not there.
const json::array& list_at(const json::object& object, std::string_view name) {
    static const json::array none;
    const auto* const value = find(object, name);
    if (value == nullptr) return none;
    const auto* const list = value->if_array();
    if (list == nullptr) wrong(name, "an array of objects");
    for (const auto& each : *list) {
        if (!each.is_object()) wrong(name, "an array of objects");
    }
    return *list;
}

const json::object& object_at(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* const value = find(object, name);
    if (value == nullptr) return none;
    if (!value->is_object()) wrong(name, "an object");
    return value->get_object();
}

// A whole number, as such or as text. Those beyond the range are its end.
std::int64_t whole(const json::value& value, std::string_view name) {
    if (value.is_int64()) return value.get_int64();
    if (value.is_uint64()) return std::numeric_limits<std::int64_t>::max();
    const auto* const text = value.if_string();
    if (text == nullptr) wrong(name, "a whole number");
    std::int64_t number = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
    if (read.ptr != text->data() + text->size() || read.ptr == text->data()) {
        wrong(name, "a whole number");
    }
    if (read.ec == std::errc::result_out_of_range) {
        return text->front() == '-' ? std::numeric_limits<std::int64_t>::min()
                                    : std::numeric_limits<std::int64_t>::max();
    }
    return number;
}

std::int64_t whole_at(const json::object& object, std::string_view name) {
    const auto* const value = find(object, name);
    return value == nullptr ? 0 : whole(*value, name);
}

// "0AF7…" in lower case; empty when it is not there and need not be.
std::string id_at(const json::object& object, std::string_view name, std::size_t digits,
                  bool required) {
    std::string id = text_at(object, name);
    if (id.empty() && !required) return id;
    for (char& c : id) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
    }
    if (id.size() != digits || id.find_first_not_of("0123456789abcdef") != std::string::npos) {
        wrong(name, fmt::format("{} hexadecimal digits", digits));
    }
    return id;
}

json::object attributes_of(const json::array& pairs, int depth);

double real(const json::value& value) {
    if (value.is_number()) return json::value_to<double>(value);
    const auto* const text = value.if_string();
    if (text == nullptr) wrong("doubleValue", "a number");
    const std::string_view name(text->data(), text->size());
    if (name == "NaN") return std::numeric_limits<double>::quiet_NaN();
    if (name == "Infinity") return std::numeric_limits<double>::infinity();
    if (name == "-Infinity") return -std::numeric_limits<double>::infinity();
    double number = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
    if (read.ec != std::errc() || read.ptr != name.data() + name.size())
        wrong("doubleValue", "a number");
    return number;
}

json::value value_of(const json::object& any, int depth) {
    if (depth > deepest) wrong("value", fmt::format("at most {} levels", deepest));
    if (const auto* const text = find(any, "stringValue")) {
        if (!text->is_string()) wrong("stringValue", "a text");
        return *text;
    }
    if (const auto* const truth = find(any, "boolValue")) {
        if (!truth->is_bool()) wrong("boolValue", "true or false");
        return *truth;
    }
    if (const auto* const number = find(any, "intValue")) return whole(*number, "intValue");
    if (const auto* const number = find(any, "doubleValue")) {
        const double found = real(*number);
        // JSON has no other numbers; these keep their names.
        if (std::isnan(found)) return "NaN";
        if (std::isinf(found)) return found > 0 ? "Infinity" : "-Infinity";
        return found;
    }
    if (find(any, "arrayValue") != nullptr) {
        json::array list;
        for (const auto& each : list_at(object_at(any, "arrayValue"), "values")) {
            list.push_back(value_of(each.get_object(), depth + 1));
        }
        return list;
    }
    if (find(any, "kvlistValue") != nullptr) {
        return attributes_of(list_at(object_at(any, "kvlistValue"), "values"), depth + 1);
    }
    if (find(any, "bytesValue") != nullptr) return json::value(text_at(any, "bytesValue"));
    return nullptr;
}

json::object attributes_of(const json::array& pairs, int depth) {
    json::object made;
    for (const auto& each : pairs) {
        const json::object& pair = each.get_object();
        made.insert_or_assign(text_at(pair, "key"), value_of(object_at(pair, "value"), depth));
    }
    return made;
}

json::object attributes_at(const json::object& object) {
    return attributes_of(list_at(object, "attributes"), 0);
}

// By number, or by the name that some write.
std::string_view kind_of(const json::object& span) {
    const auto* const value = find(span, "kind");
    if (value == nullptr) return {};
    if (const auto* const text = value->if_string()) {
        for (const std::string_view kind : event::span::kinds) {
            std::string name = fmt::format("SPAN_KIND_{}", kind);
            std::transform(name.begin(), name.end(), name.begin(), [](char c) {
                return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
            });
            if (!kind.empty() && *text == name) return kind;
        }
        if (*text == "SPAN_KIND_UNSPECIFIED") return {};
    }
    const std::int64_t number = whole(*value, "kind");
    constexpr auto known = static_cast<std::int64_t>(std::size(event::span::kinds));
    return number > 0 && number < known ? event::span::kinds[number] : std::string_view();
}

std::string_view status_of(const json::object& status) {
    const auto* const value = find(status, "code");
    if (value == nullptr) return {};
    if (const auto* const text = value->if_string()) {
        if (*text == "STATUS_CODE_OK") return event::span::status_ok;
        if (*text == "STATUS_CODE_ERROR") return event::span::status_error;
        if (*text == "STATUS_CODE_UNSET") return {};
    }
    const std::int64_t code = whole(*value, "code");
    if (code == 1) return event::span::status_ok;
    return code == 2 ? event::span::status_error : std::string_view();
}

void read_nested(const json::object& from, StoredSpan& span) {
    for (const auto& each : list_at(from, "events")) {
        const json::object& event = each.get_object();
        json::object made;
        made["time_unix_nano"] = whole_at(event, "timeUnixNano");
        made["name"] = text_at(event, "name");
        made["attributes"] = attributes_at(event);
        span.events.emplace_back(std::move(made));
    }
    for (const auto& each : list_at(from, "links")) {
        const json::object& link = each.get_object();
        json::object made;
        made["trace_id"] = id_at(link, "traceId", 32, true);
        made["span_id"] = id_at(link, "spanId", 16, false);
        made["attributes"] = attributes_at(link);
        span.links.emplace_back(std::move(made));
    }
}

void read_span(const json::object& from, StoredSpan& span) {
    span.trace_id = id_at(from, "traceId", 32, true);
    span.span_id = id_at(from, "spanId", 16, true);
    span.parent_span_id = id_at(from, "parentSpanId", 16, false);
    span.name = text_at(from, "name");
    span.kind = kind_of(from);
    const json::object& status = object_at(from, "status");
    span.status = status_of(status);
    span.status_message = text_at(status, "message");
    span.trace_state = text_at(from, "traceState");
    span.start = std::max<std::int64_t>(whole_at(from, "startTimeUnixNano"), 0);
    const std::int64_t end = std::max<std::int64_t>(whole_at(from, "endTimeUnixNano"), 0);
    span.duration = std::max<std::int64_t>(end - span.start, 0);
    span.attributes = attributes_at(from);
    read_nested(from, span);
}

// Tells the spans of one file.
class FileReader {
  public:
    explicit FileReader(const std::function<bool(const StoredSpan&)>& each) : each_(each) {}

    base::Status read(const json::object& file) {
        for (const auto& of_resource : list_at(file, "resourceSpans")) {
            TRY(const bool goes_on, read_resource(of_resource.get_object()));
            if (!goes_on) break;
        }
        return base::ok();
    }

  private:
    // False: enough.
    base::Result<bool> read_resource(const json::object& from) {
        StoredSpan shared;
        shared.resource = attributes_at(object_at(from, "resource"));
        const std::size_t bytes = json::serialize(shared.resource).size();
        const auto* const service = shared.resource.if_contains("service.name");
        if (service != nullptr && service->is_string()) shared.service = service->get_string();
        for (const auto& of_scope : list_at(from, "scopeSpans")) {
            const json::object& scope = object_at(of_scope.get_object(), "scope");
            shared.scope_name = text_at(scope, "name");
            shared.scope_version = text_at(scope, "version");
            for (const auto& one : list_at(of_scope.get_object(), "spans")) {
                TRY(count(bytes));
                StoredSpan span = shared;
                read_span(one.get_object(), span);
                if (!each_(span)) return false;
            }
        }
        return true;
    }

    base::Status count(std::size_t resource_bytes) {
        resource_bytes_ += resource_bytes;
        if (++spans_ <= most_spans && resource_bytes_ <= most_resource_bytes) return base::ok();
        return base::Error(base::Code::too_large,
                           fmt::format("expected at most {} spans, and at most {} bytes of "
                                       "attributes of resources, counted with each span",
                                       most_spans, most_resource_bytes));
    }

    const std::function<bool(const StoredSpan&)>& each_;
    std::size_t spans_ = 0;
    std::size_t resource_bytes_ = 0;
};

}  // namespace

base::Status read_otlp_spans(std::string_view text,
                             const std::function<bool(const StoredSpan&)>& each) {
    if (text.size() > longest_otlp_text) {
        return base::Error(base::Code::too_large,
                           fmt::format("the text has {} bytes, at most {} are taken", text.size(),
                                       longest_otlp_text));
    }
    json::error_code failed;
    json::parse_options options;
    options.max_depth = 200;  // lists and maps of values take four levels each
    const auto file = json::parse(text, failed, {}, options);
    if (failed || !file.is_object() || !file.get_object().contains("resourceSpans")) {
        return base::invalid("expected OTLP's JSON, an object with 'resourceSpans'");
    }
    try {
        return FileReader(each).read(file.get_object());
    } catch (const Malformed& malformed) {
        return base::invalid(malformed.what);
    }
}

}  // namespace api::jaeger
