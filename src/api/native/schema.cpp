#include "api/json_writer.h"
#include "api/native/answers.h"

// fields, indices and catalog: what there is to ask for.

namespace api {

void write_title(const event::Title& title, JsonWriter& json) {
    json.key("title").begin_object();
    json.key("en").string(title.en);
    json.key("ru").string(title.ru);
    json.end_object();
}

namespace {

void write_field(const event::Catalog& catalog, std::string_view name, const bool* required,
                 JsonWriter& json) {
    const auto* field = catalog.field(name);
    json.begin_object();
    json.key("name").string(name);
    json.key("type").string(event::name_of(field == nullptr ? event::Type::string : field->type));
    if (required != nullptr) json.key("required").boolean(*required);
    write_title(field == nullptr ? event::Title{} : field->title, json);
    json.end_object();
}

void write_event_type(const event::Catalog& catalog, const event::EventType& type,
                      JsonWriter& json) {
    json.begin_object();
    json.key("service_name").string(type.service_name);
    json.key("event_type").string(type.event_type);
    json.key("level").string(type.level);
    write_title(type.title, json);
    json.key("fields").begin_array();
    const bool yes = true;
    const bool no = false;
    for (const auto& name : type.required) write_field(catalog, name, &yes, json);
    for (const auto& name : type.optional) write_field(catalog, name, &no, json);
    json.end_array().end_object();
}

}  // namespace

base::Result<std::string> answer_fields(const NativeContext& context,
                                        const Parameters& parameters) {
    TRY(const auto index, parameters.text("index", "*"));
    TRY(const auto fields, context.searcher.fields(event::IndexPattern(index)));
    JsonWriter json;
    json.begin_object().key("fields").begin_array();
    for (const auto& field : fields) {
        json.begin_object();
        json.key("name").string(field.name);
        json.key("types").begin_array();
        for (const auto type : field.types) json.string(event::name_of(type));
        json.end_array();
        json.key("kind").string(query::name_of(field.kind));
        json.end_object();
    }
    json.end_array().end_object();
    return json.take();
}

void write_indices(const std::vector<storage::IndexInfo>& indices, JsonWriter& json) {
    json.begin_array();
    for (const auto& index : indices) {
        json.begin_object();
        json.key("name").string(index.name);
        json.key("rows").unsigned_integer(index.rows);
        json.key("bytes_on_disk").unsigned_integer(index.bytes_on_disk);
        json.key("from");
        index.rows == 0 ? json.null() : json.integer(index.first / base::millisecond);
        json.key("to");
        index.rows == 0 ? json.null() : json.integer(index.last / base::millisecond);
        json.end_object();
    }
    json.end_array();
}

base::Result<std::string> answer_indices(const NativeContext& context,
                                         const Parameters& parameters) {
    TRY(const auto pattern, parameters.text("index", "*"));
    TRY(const auto indices, context.searcher.indices(event::IndexPattern(pattern)));
    JsonWriter json;
    json.begin_object().key("indices");
    write_indices(indices, json);
    json.end_object();
    return json.take();
}

base::Result<std::string> answer_catalog(const NativeContext& context, const Parameters&) {
    const auto& catalog = context.catalog;
    JsonWriter json;
    json.begin_object();
    json.key("name").string(catalog.name());
    json.key("event_types").begin_array();
    for (const auto& type : catalog.event_types()) write_event_type(catalog, type, json);
    json.end_array().key("states").begin_array();
    for (const auto& state : catalog.states()) {
        json.begin_object();
        json.key("id").string(state.id);
        write_title(state.title, json);
        json.key("final").boolean(state.final);
        json.end_object();
    }
    json.end_array().key("fields").begin_array();
    for (const auto& field : catalog.fields()) write_field(catalog, field.name, nullptr, json);
    json.end_array().end_object();
    return json.take();
}

}  // namespace api
