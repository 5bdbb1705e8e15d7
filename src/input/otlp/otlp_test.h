#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "input/otlp/export_request.h"
#include "input/otlp/fields.h"
#include "input/otlp/protobuf_writer.h"
#include "input/otlp/told_text.h"

// For tests: messages of OTLP in protobuf, and what they tell.

namespace input::otlp::testing {

using Write = std::function<void(ProtobufWriter&)>;

inline std::string message(const Write& write) {
    std::string out;
    ProtobufWriter writer(out);
    write(writer);
    return out;
}

inline std::string string_value(std::string_view text) {
    return message([&](auto& to) { to.bytes(any_value::string_value, text); });
}
inline std::string int_value(std::int64_t value) {
    return message(
        [&](auto& to) { to.varint(any_value::int_value, static_cast<std::uint64_t>(value)); });
}
inline std::string double_value(double value) {
    return message([&](auto& to) { to.number(any_value::double_value, value); });
}
inline std::string bool_value(bool value) {
    return message([&](auto& to) { to.varint(any_value::bool_value, value ? 1 : 0); });
}
inline std::string bytes_value(std::string_view bytes) {
    return message([&](auto& to) { to.bytes(any_value::bytes_value, bytes); });
}
inline std::string attribute(std::string_view key, std::string_view value) {
    return message([&](auto& to) {
        to.bytes(key_value::key, key);
        to.bytes(key_value::value, value);
    });
}
inline std::string list_value(std::uint32_t kind, const std::vector<std::string>& elements) {
    return message([&](auto& to) {
        to.bytes(kind, message([&](auto& list) {
                     for (const auto& element : elements) {
                         list.bytes(array_value::values, element);
                     }
                 }));
    });
}
inline std::string array(const std::vector<std::string>& values) {
    return list_value(any_value::array_value, values);
}
inline std::string map(const std::vector<std::string>& attributes) {
    return list_value(any_value::kvlist_value, attributes);
}
// An array in an array in an array …
inline std::string nested(unsigned depth) {
    std::string value = int_value(1);
    for (unsigned at = 0; at < depth; ++at) value = array({value});
    return value;
}

// A request of one resource, one scope and these records.
inline std::string request_of(const std::vector<std::string>& records,
                              const std::vector<std::string>& resource_attributes = {},
                              std::string_view scope_name = {}) {
    return message([&](auto& to) {
        to.bytes(request::resources, message([&](auto& logs) {
                     logs.bytes(of_resource::resource, message([&](auto& resource) {
                                    for (const auto& one : resource_attributes) {
                                        resource.bytes(resource::attributes, one);
                                    }
                                }));
                     logs.bytes(of_resource::scopes, message([&](auto& scope) {
                                    if (!scope_name.empty()) {
                                        scope.bytes(of_scope::scope, message([&](auto& named) {
                                                        named.bytes(scope::name, scope_name);
                                                    }));
                                    }
                                    for (const auto& record : records) {
                                        scope.bytes(of_scope::records, record);
                                    }
                                }));
                 }));
    });
}

inline std::string record(const Write& write) { return message(write); }
inline std::string record_with(std::string_view attribute_value) {
    return message(
        [&](auto& to) { to.bytes(log_record::attributes, attribute("a", attribute_value)); });
}

// A span with ids.
inline std::string span_of(std::string_view name, const Write& write = {}) {
    return message([&](auto& to) {
        to.bytes(span::trace_id,
                 "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");
        to.bytes(span::span_id, "\x01\x02\x03\x04\x05\x06\x07\x08");
        to.bytes(span::name, name);
        if (write) write(to);
    });
}

// What each record tells; "refused: …" for the request or a record.
inline std::vector<std::string> told(
    const base::Result<std::shared_ptr<const ExportRequest>>& request, unsigned depth = 64) {
    if (!request) return {"refused: " + request.error().message};
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < request.value()->records(); ++at) {
        input::testing::ToldText text(depth);
        const auto status = request.value()->tell(at, text);
        texts.push_back(status ? text.out : "refused: " + status.error().message);
    }
    return texts;
}
inline std::vector<std::string> told_by(std::string protobuf) {
    return told(ExportRequest::parse(Signal::logs, std::move(protobuf)));
}
inline std::vector<std::string> told_by_json(std::string json) {
    return told(ExportRequest::parse_json(Signal::logs, std::move(json)));
}
// Of a request with one record.
inline std::string told_record(const std::string& one) {
    const auto texts = told_by(request_of({one}));
    return texts.size() == 1 ? texts[0] : "not one record";
}

}  // namespace input::otlp::testing
