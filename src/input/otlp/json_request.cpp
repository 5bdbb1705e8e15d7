#include "input/otlp/json_request.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <span>

#include "input/otlp/any_value.h"
#include "input/otlp/fields.h"
#include "input/otlp/json_value.h"
#include "input/otlp/protobuf_writer.h"

namespace input::otlp {

namespace {

// A field's name in JSON, or in the .proto files.
bool is(std::string_view name, std::string_view camel, std::string_view snake) {
    return name == camel || name == snake;
}

// SEVERITY_NUMBER_WARN2 is 14; 0 for other names.
std::int64_t severity_named(std::string_view name) {
    static constexpr std::string_view prefix = "SEVERITY_NUMBER_";
    static constexpr std::array<std::string_view, 6> levels = {"TRACE", "DEBUG", "INFO",
                                                               "WARN",  "ERROR", "FATAL"};
    if (!name.starts_with(prefix)) return 0;
    name.remove_prefix(prefix.size());
    for (std::size_t at = 0; at < levels.size(); ++at) {
        if (!name.starts_with(levels[at])) continue;
        const auto rest = name.substr(levels[at].size());
        const auto first = static_cast<std::int64_t>(4 * at + 1);
        if (rest.empty()) return first;
        if (rest.size() == 1 && rest[0] >= '2' && rest[0] <= '4') return first + (rest[0] - '1');
    }
    return 0;
}

// Writes the message's fields as they come: their order does not count in protobuf either.
class Transcoder {
  public:
    Transcoder(Signal signal, std::string& out)
        : signal_(signal), names_(names_of(signal)), writer_(out) {}

    base::Status request(JsonValue& value) {
        return each_member(value, "the request", [&](std::string_view name, JsonValue& inner) {
            if (!is(name, names_.resources, names_.resources_snake)) return base::ok();
            return list(inner, names_.resources, request::resources,
                        [&](JsonValue& element) { return of_one_resource(element); });
        });
    }

  private:
    template <typename Write>
    base::Status message(std::uint32_t field, const Write& write) {
        const std::size_t begin = writer_.begin(field);
        TRY(write());
        writer_.end(begin);
        return base::ok();
    }

    template <typename Write>
    base::Status list(JsonValue& value, std::string_view what, std::uint32_t field,
                      const Write& write) {
        return each_element(value, what, [&](JsonValue& element) {
            return message(field, [&] { return write(element); });
        });
    }

    base::Status string(std::uint32_t field, JsonValue& value, std::string_view what) {
        TRY(read_string(value, what, scratch_));
        writer_.bytes(field, scratch_);
        return base::ok();
    }

    base::Status fixed64(std::uint32_t field, JsonValue& value, std::string_view what) {
        TRY(const auto number, read_uint64(value, what));
        writer_.fixed64(field, number);
        return base::ok();
    }

    base::Status attributes(std::uint32_t field, JsonValue& value) {
        return list(value, "attributes", field,
                    [&](JsonValue& element) { return attribute(element, 0); });
    }

    base::Status of_one_resource(JsonValue& value) {
        return each_member(value, names_.resources, [&](std::string_view name, JsonValue& inner) {
            if (name == "resource") {
                return message(of_resource::resource, [&] {
                    return attributes_of(inner, "resource", resource::attributes);
                });
            }
            if (!is(name, names_.scopes, names_.scopes_snake)) return base::ok();
            return list(inner, names_.scopes, of_resource::scopes,
                        [&](JsonValue& element) { return of_one_scope(element); });
        });
    }

    base::Status attributes_of(JsonValue& value, std::string_view what, std::uint32_t field) {
        return each_member(value, what, [&](std::string_view name, JsonValue& inner) {
            return name == "attributes" ? attributes(field, inner) : base::ok();
        });
    }

    base::Status of_one_scope(JsonValue& value) {
        return each_member(value, names_.scopes, [&](std::string_view name, JsonValue& inner) {
            if (name == "scope") {
                return message(of_scope::scope, [&] { return scope_of(inner); });
            }
            if (!is(name, names_.records, names_.records_snake)) return base::ok();
            return list(inner, names_.records, of_scope::records,
                        [&](JsonValue& element) { return record(element); });
        });
    }

    base::Status scope_of(JsonValue& value) {
        return each_member(value, "scope", [&](std::string_view name, JsonValue& inner) {
            if (name == "name") return string(scope::name, inner, "name");
            if (name == "version") return string(scope::version, inner, "version");
            return name == "attributes" ? attributes(scope::attributes, inner) : base::ok();
        });
    }

    base::Status record(JsonValue& value) {
        return each_member(value, names_.records, [&](std::string_view name, JsonValue& inner) {
            return signal_ == Signal::logs ? log_field(name, inner) : span_field(name, inner);
        });
    }

    base::Status log_field(std::string_view name, JsonValue& value) {
        if (is(name, "timeUnixNano", "time_unix_nano")) {
            return fixed64(log_record::time_unix_nano, value, "timeUnixNano");
        }
        if (is(name, "observedTimeUnixNano", "observed_time_unix_nano")) {
            return fixed64(log_record::observed_time_unix_nano, value, "observedTimeUnixNano");
        }
        if (is(name, "severityNumber", "severity_number")) return severity(value);
        if (is(name, "severityText", "severity_text")) {
            return string(log_record::severity_text, value, "severityText");
        }
        if (name == "body") return message(log_record::body, [&] { return value_of(value, 0); });
        if (name == "attributes") return attributes(log_record::attributes, value);
        if (is(name, "droppedAttributesCount", "dropped_attributes_count")) {
            return count(log_record::dropped_attributes_count, value, "droppedAttributesCount");
        } else if (name == "flags") {
            return flags(log_record::flags, value);
        } else if (is(name, "traceId", "trace_id")) {
            return id(log_record::trace_id, value, "traceId");
        } else if (is(name, "spanId", "span_id")) {
            return id(log_record::span_id, value, "spanId");
        } else if (is(name, "eventName", "event_name")) {
            return string(log_record::event_name, value, "eventName");
        }
        return base::ok();
    }

    base::Status span_field(std::string_view name, JsonValue& value) {
        if (name == "name") return string(span::name, value, "name");
        if (name == "attributes") return attributes(span::attributes, value);
        if (name == "flags") return flags(span::flags, value);
        if (name == "kind") {
            return enumeration(span::kind, value, "kind", "SPAN_KIND_", span_kinds);
        }
        if (name == "status") return message(span::status, [&] { return span_status_of(value); });
        if (name == "events") {
            return list(value, "events", span::events,
                        [&](JsonValue& element) { return span_event_of(element); });
        }
        if (name == "links") {
            return list(value, "links", span::links,
                        [&](JsonValue& element) { return span_link_of(element); });
        }
        if (is(name, "traceId", "trace_id")) return id(span::trace_id, value, "traceId");
        if (is(name, "spanId", "span_id")) return id(span::span_id, value, "spanId");
        if (is(name, "parentSpanId", "parent_span_id")) {
            return id(span::parent_span_id, value, "parentSpanId");
        }
        if (is(name, "traceState", "trace_state")) {
            return string(span::trace_state, value, "traceState");
        }
        if (is(name, "startTimeUnixNano", "start_time_unix_nano")) {
            return fixed64(span::start_time_unix_nano, value, "startTimeUnixNano");
        }
        if (is(name, "endTimeUnixNano", "end_time_unix_nano")) {
            return fixed64(span::end_time_unix_nano, value, "endTimeUnixNano");
        }
        return dropped_count(name, value);
    }

    base::Status dropped_count(std::string_view name, JsonValue& value) {
        if (is(name, "droppedAttributesCount", "dropped_attributes_count")) {
            return count(span::dropped_attributes_count, value, "droppedAttributesCount");
        }
        if (is(name, "droppedEventsCount", "dropped_events_count")) {
            return count(span::dropped_events_count, value, "droppedEventsCount");
        }
        if (is(name, "droppedLinksCount", "dropped_links_count")) {
            return count(span::dropped_links_count, value, "droppedLinksCount");
        }
        return base::ok();
    }

    base::Status span_status_of(JsonValue& value) {
        return each_member(value, "status", [&](std::string_view name, JsonValue& inner) {
            if (name == "message") return string(span_status::message, inner, "message");
            if (name != "code") return base::ok();
            return enumeration(span_status::code, inner, "code", "STATUS_CODE_", status_codes);
        });
    }

    base::Status span_event_of(JsonValue& value) {
        return each_member(value, "events", [&](std::string_view name, JsonValue& inner) {
            if (name == "name") return string(span_event::name, inner, "name");
            if (name == "attributes") return attributes(span_event::attributes, inner);
            if (is(name, "timeUnixNano", "time_unix_nano")) {
                return fixed64(span_event::time_unix_nano, inner, "timeUnixNano");
            }
            if (is(name, "droppedAttributesCount", "dropped_attributes_count")) {
                return count(span_event::dropped_attributes_count, inner, "droppedAttributesCount");
            }
            return base::ok();
        });
    }

    base::Status span_link_of(JsonValue& value) {
        return each_member(value, "links", [&](std::string_view name, JsonValue& inner) {
            if (is(name, "traceId", "trace_id")) return id(span_link::trace_id, inner, "traceId");
            if (is(name, "spanId", "span_id")) return id(span_link::span_id, inner, "spanId");
            if (name == "attributes") return attributes(span_link::attributes, inner);
            if (name == "flags") return flags(span_link::flags, inner);
            if (is(name, "traceState", "trace_state")) {
                return string(span_link::trace_state, inner, "traceState");
            }
            if (is(name, "droppedAttributesCount", "dropped_attributes_count")) {
                return count(span_link::dropped_attributes_count, inner, "droppedAttributesCount");
            }
            return base::ok();
        });
    }

    base::Status count(std::uint32_t field, JsonValue& value, std::string_view what) {
        TRY(const auto number, read_uint64(value, what));
        writer_.varint(field, static_cast<std::uint32_t>(number));
        return base::ok();
    }

    base::Status flags(std::uint32_t field, JsonValue& value) {
        TRY(const auto number, read_uint64(value, "flags"));
        writer_.fixed32(field, static_cast<std::uint32_t>(number));
        return base::ok();
    }

    // A number, or a name of `names` behind the prefix; other names are the first.
    base::Status enumeration(std::uint32_t field, JsonValue& value, std::string_view what,
                             std::string_view prefix, std::span<const std::string_view> names) {
        std::uint64_t number = 0;
        if (auto token = token_of(value); token.starts_with("\"S")) {
            token = token.substr(1, token.size() - 2);
            for (std::size_t at = 0; token.starts_with(prefix) && at < names.size(); ++at) {
                if (token.substr(prefix.size()) == names[at]) number = at;
            }
        } else {
            TRY(const auto given, read_int64(value, what));
            number = static_cast<std::uint64_t>(given);
        }
        writer_.varint(field, number);
        return base::ok();
    }

    base::Status id(std::uint32_t field, JsonValue& value, std::string_view what) {
        TRY(read_hex(value, what, scratch_));
        writer_.bytes(field, scratch_);
        return base::ok();
    }

    base::Status severity(JsonValue& value) {
        std::int64_t number = 0;
        if (const auto token = token_of(value); token.starts_with("\"S")) {
            number = severity_named(token.substr(1, token.size() - 2));
        } else {
            TRY(number, read_int64(value, "severityNumber"));
        }
        writer_.varint(log_record::severity_number, static_cast<std::uint64_t>(number));
        return base::ok();
    }

    base::Status attribute(JsonValue& value, unsigned depth) {
        return each_member(value, "attributes", [&](std::string_view name, JsonValue& inner) {
            if (name == "key") return string(key_value::key, inner, "key");
            if (name != "value") return base::ok();
            return message(key_value::value, [&] { return value_of(inner, depth); });
        });
    }

    base::Status value_of(JsonValue& value, unsigned depth) {
        if (depth > deepest_value) {
            return base::invalid(
                fmt::format("expected values nested at most {} deep, found more", deepest_value));
        }
        return each_member(value, "value", [&](std::string_view name, JsonValue& inner) {
            return value_kind(name, inner, depth);
        });
    }

    base::Status value_kind(std::string_view name, JsonValue& value, unsigned depth) {
        if (is(name, "stringValue", "string_value")) {
            return string(any_value::string_value, value, "stringValue");
        }
        if (is(name, "boolValue", "bool_value")) {
            TRY(const bool boolean, read_bool(value, "boolValue"));
            writer_.varint(any_value::bool_value, boolean ? 1 : 0);
        } else if (is(name, "intValue", "int_value")) {
            TRY(const auto integer, read_int64(value, "intValue"));
            writer_.varint(any_value::int_value, static_cast<std::uint64_t>(integer));
        } else if (is(name, "doubleValue", "double_value")) {
            TRY(const double number, read_double(value, "doubleValue"));
            writer_.number(any_value::double_value, number);
        } else if (is(name, "arrayValue", "array_value")) {
            return elements(any_value::array_value, value, "arrayValue", array_value::values,
                            [&](JsonValue& inner) { return value_of(inner, depth + 1); });
        } else if (is(name, "kvlistValue", "kvlist_value")) {
            return elements(any_value::kvlist_value, value, "kvlistValue", key_value_list::values,
                            [&](JsonValue& inner) { return attribute(inner, depth + 1); });
        } else if (is(name, "bytesValue", "bytes_value")) {
            TRY(read_string(value, "bytesValue", scratch_));
            std::string bytes;
            if (!decode_base64(scratch_, bytes)) return expected("base64", "bytesValue", value);
            writer_.bytes(any_value::bytes_value, bytes);
        }
        return base::ok();
    }

    template <typename Write>
    base::Status elements(std::uint32_t field, JsonValue& value, std::string_view what,
                          std::uint32_t each, const Write& write) {
        return message(field, [&] {
            return each_member(value, what, [&](std::string_view name, JsonValue& inner) {
                return name == "values" ? list(inner, "values", each, write) : base::ok();
            });
        });
    }

    static constexpr std::string_view span_kinds[] = {"UNSPECIFIED", "INTERNAL", "SERVER",
                                                      "CLIENT",      "PRODUCER", "CONSUMER"};
    static constexpr std::string_view status_codes[] = {"UNSET", "OK", "ERROR"};

    const Signal signal_;
    const SignalNames& names_;
    ProtobufWriter writer_;
    std::string scratch_;
};

}  // namespace

base::Result<std::string> protobuf_of_json(Signal signal, std::string& json) {
    json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    if (const auto error =
            parser.iterate(json.data(), json.size(), json.capacity()).get(document)) {
        return broken(error);
    }
    JsonValue root;
    if (document.get_value().get(root)) {
        return base::invalid(
            fmt::format("expected one JSON object, an {}", names_of(signal).message));
    }
    std::string protobuf;
    protobuf.reserve(json.size() / 2);
    TRY(Transcoder(signal, protobuf).request(root));
    if (!document.current_location().error()) {
        return base::invalid("malformed JSON: expected the end after the object, found more");
    }
    return protobuf;
}

}  // namespace input::otlp
