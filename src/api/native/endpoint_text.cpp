#include <fmt/format.h>

#include "api/json_writer.h"
#include "api/native/endpoint.h"

// Checks and documents that are made from the table of endpoints.

namespace api {

namespace {

using Kind = ParameterSpec::Kind;

base::Status check_choice(const ParameterSpec& spec, const Parameters& parameters) {
    TRY(const auto text, parameters.text(spec.name, spec.otherwise));
    for (const auto choice : spec.choices) {
        if (text == choice) return base::ok();
    }
    return base::invalid(fmt::format("parameter '{}': expected {}, found '{}'", spec.name,
                                     fmt::join(spec.choices, " or "), text.substr(0, 100)));
}

base::Status check_one(const ParameterSpec& spec, const Parameters& parameters) {
    if (!parameters.has(spec.name)) return base::ok();
    if (spec.kind == Kind::choice) return check_choice(spec, parameters);
    if (spec.kind == Kind::flag) {
        TRY(parameters.flag(spec.name, false));
        return base::ok();
    }
    if (spec.kind == Kind::whole_number) {
        const auto most = spec.most == 0 ? UINT64_MAX : spec.most;
        TRY(parameters.count(spec.name, 0, spec.least, most));
    }
    return base::ok();
}

void write_schema(const ParameterSpec& spec, JsonWriter& json) {
    json.begin_object();
    switch (spec.kind) {
        case Kind::whole_number:
            json.key("type").string("integer");
            json.key("minimum").unsigned_integer(spec.least);
            if (spec.most > 0) json.key("maximum").unsigned_integer(spec.most);
            if (!spec.otherwise.empty()) json.key("default").raw() += spec.otherwise;
            break;
        case Kind::flag:
            json.key("type").string("boolean");
            json.key("default").raw() += spec.otherwise;
            break;
        case Kind::metrics:
            json.key("type").string("array");
            json.key("items").begin_object().key("type").string("object").end_object();
            break;
        case Kind::list:
            json.key("type").string("array");
            json.key("items").begin_object().key("type").string("string").end_object();
            break;
        case Kind::choice:
        case Kind::text:
            json.key("type").string("string");
            if (!spec.choices.empty()) {
                json.key("enum").begin_array();
                for (const auto choice : spec.choices) json.string(choice);
                json.end_array();
            }
            if (!spec.otherwise.empty()) json.key("default").string(spec.otherwise);
            break;
    }
    json.end_object();
}

void write_parameter(const ParameterSpec& spec, JsonWriter& json) {
    json.begin_object();
    json.key("name").string(spec.name);
    json.key("in").string("query");
    json.key("description").string(spec.description);
    json.key("required").boolean(spec.required);
    if (spec.kind == Kind::list) {
        json.key("style").string("form");
        json.key("explode").boolean(false);
    }
    if (spec.kind == Kind::metrics) {
        json.key("content").begin_object().key("application/json").begin_object().key("schema");
        write_schema(spec, json);
        json.end_object().end_object();
    } else {
        json.key("schema");
        write_schema(spec, json);
    }
    json.end_object();
}

// The names in braces.
void write_path_parameters(std::string_view path, JsonWriter& json) {
    const auto open = path.find('{');
    if (open == std::string_view::npos) return;
    json.begin_object();
    json.key("name").string(path.substr(open + 1, path.find('}') - open - 1));
    json.key("in").string("path");
    json.key("required").boolean(true);
    json.key("schema").begin_object().key("type").string("string").end_object();
    json.end_object();
}

void write_answers(const EndpointSpec& spec, JsonWriter& json) {
    const auto write_content = [&](std::string_view media, std::string_view schema) {
        json.key("content").begin_object().key(media).begin_object();
        json.key("schema").raw() += schema.empty() ? R"({"type":"string"})" : schema;
        json.end_object();
        if (spec.name == "export") {
            json.key("text/csv").begin_object();
            json.key("schema").raw() += R"({"type":"string"})";
            json.end_object();
        }
        json.end_object();
    };
    json.key("responses").begin_object();
    json.key("200").begin_object();
    json.key("description").string(spec.summary);
    write_content(spec.media_type, spec.schema);
    json.end_object();
    json.key("default").begin_object();
    json.key("description").string("An error.");
    json.key("content").begin_object().key("application/json").begin_object();
    json.key("schema").raw() += R"({"$ref":"#/components/schemas/Error"})";
    json.end_object().end_object().end_object().end_object();
}

void write_operation(const EndpointSpec& spec, bool as_body, JsonWriter& json) {
    json.begin_object();
    json.key("operationId").string(fmt::format("{}{}", spec.name, as_body ? "_post" : ""));
    json.key("summary").string(spec.summary);
    json.key("parameters").begin_array();
    write_path_parameters(spec.path, json);
    if (!as_body) {
        for (const auto& each : spec.parameters) write_parameter(each, json);
    }
    json.end_array();
    if (as_body) {
        json.key("requestBody").begin_object();
        json.key("content").begin_object().key("application/json").begin_object();
        json.key("schema").begin_object().key("type").string("object");
        json.key("additionalProperties").boolean(false);
        json.key("properties").begin_object();
        for (const auto& each : spec.parameters) {
            json.key(each.name);
            write_schema(each, json);
        }
        json.end_object().end_object().end_object().end_object().end_object();
    }
    write_answers(spec, json);
    json.end_object();
}

std::string limits_of(const ParameterSpec& spec) {
    switch (spec.kind) {
        case Kind::whole_number:
            return spec.most == 0 ? fmt::format("whole number from {}", spec.least)
                                  : fmt::format("whole number, {} to {}", spec.least, spec.most);
        case Kind::choice:
            return fmt::format("`{}`", fmt::join(spec.choices, "`, `"));
        case Kind::flag:
            return "`true`, `false`";
        case Kind::list:
            return "list";
        case Kind::metrics:
            return "list of metrics";
        case Kind::text:
            break;
    }
    return "text";
}

}  // namespace

base::Status check(const EndpointSpec& endpoint, const Parameters& parameters) {
    std::vector<std::string_view> known;
    for (const auto& each : endpoint.parameters) known.push_back(each.name);
    TRY(parameters.only(known));
    for (const auto& each : endpoint.parameters) TRY(check_one(each, parameters));
    return base::ok();
}

std::string openapi(std::string_view version) {
    JsonWriter json;
    json.begin_object();
    json.key("openapi").string("3.1.0");
    json.key("info").begin_object();
    json.key("title").string("Ordertrail");
    json.key("description").string("Native API of the central log and order-trace system.");
    json.key("version").string(version);
    json.end_object();
    json.key("paths").begin_object();
    for (const auto& each : endpoints()) {
        json.key(fmt::format("{}{}", native_base, each.path)).begin_object();
        json.key("get");
        write_operation(each, false, json);
        if (each.answer != nullptr) {
            json.key("post");
            write_operation(each, true, json);
        }
        json.end_object();
    }
    json.end_object();
    json.key("components").begin_object().key("schemas").raw() += shared_schemas();
    json.end_object().end_object();
    return json.take();
}

std::string parameter_table(const EndpointSpec& endpoint) {
    if (endpoint.parameters.empty()) return "";
    std::string text = "| parameter | values | default | meaning |\n|---|---|---|---|\n";
    for (const auto& each : endpoint.parameters) {
        const std::string otherwise = each.required ? "required"
                                      : each.otherwise.empty()
                                          ? ""
                                          : fmt::format("`{}`", each.otherwise);
        text += fmt::format("| `{}` | {} | {} | {} |\n", each.name, limits_of(each), otherwise,
                            each.description);
    }
    return text;
}

}  // namespace api
