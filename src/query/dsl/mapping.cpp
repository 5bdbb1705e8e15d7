#include "query/dsl/mapping.h"

#include <algorithm>

#include "event/index_name.h"
#include "event/schema.h"
#include "query/field_kind.h"

namespace query::dsl {

namespace {

FieldType type_of(const Field& field) {
    switch (field.kind) {
        case FieldClass::keyword:
            return FieldType::keyword;
        case FieldClass::text:
            return FieldType::text;
        case FieldClass::boolean:
            return FieldType::boolean;
        case FieldClass::date:
            return FieldType::date;
        case FieldClass::ip:
            return FieldType::ip;
        case FieldClass::number:
            break;
    }
    const bool whole =
        std::find(field.types.begin(), field.types.end(), event::Type::number) == field.types.end();
    return whole ? FieldType::integer : FieldType::number;
}

// A number by the catalog is one even where only whole ones came so far.
FieldType typed_by_catalog(FieldType type, std::string_view name, const event::Catalog& catalog) {
    const event::CatalogField* field = catalog.field(name);
    if (field == nullptr) return type;
    if (field->type == event::Type::number) return FieldType::number;
    if (field->type == event::Type::integer) return FieldType::integer;
    return type;
}

}  // namespace

std::string_view name_of(FieldType type) {
    constexpr std::string_view names[] = {"",       "keyword", "text", "long",
                                          "double", "boolean", "date", "ip"};
    return names[static_cast<std::size_t>(type)];
}

Mapping::Mapping(const event::Catalog& catalog, std::vector<Field> fields) : catalog_(catalog) {
    for (Field& field : fields) {
        MappedField made;
        made.type = typed_by_catalog(type_of(field), field.name, catalog);
        made.is_level = field.name == event::field::level;
        made.asked = field.name;
        made.name = std::move(field.name);
        fields_.push_back(std::move(made));
    }
}

const MappedField* Mapping::known(std::string_view unified) const {
    const auto found = std::lower_bound(
        fields_.begin(), fields_.end(), unified,
        [](const MappedField& field, std::string_view name) { return field.name < name; });
    return found != fields_.end() && found->name == unified ? &*found : nullptr;
}

MappedField Mapping::find(std::string_view name) const {
    MappedField made;
    made.asked = name;
    if (name.empty() || name.find('*') != std::string_view::npos) return made;
    const FieldReference field = resolve_field(name, catalog_);
    made.name = field.name;
    if (field.name == event::field::id || field.name == event::field::index) {
        made.type = FieldType::keyword;
        return made;
    }
    if (field.name.starts_with('_')) return made;
    const MappedField* there = known(field.name);
    if (there == nullptr) return made;
    made.type = there->type;
    made.is_level = there->is_level;
    // A twin of a keyword is that keyword: dashboards made for the default mapping ask for it.
    if (name.ends_with(".keyword") && field.name != name) {
        const bool string = made.type == FieldType::text || made.type == FieldType::keyword;
        made.type = string ? FieldType::keyword : FieldType::none;
    }
    return made;
}

std::vector<MappedField> Mapping::matching(std::string_view pattern, bool with_twins) const {
    std::vector<MappedField> found;
    for (const MappedField& field : fields_) {
        if (event::fits_wildcard(field.name, pattern)) found.push_back(field);
        const bool twin = with_twins && field.type == FieldType::text;
        if (!twin || !event::fits_wildcard(field.name + ".keyword", pattern)) continue;
        found.push_back(field);
        found.back().asked += ".keyword";
        found.back().type = FieldType::keyword;
    }
    if (event::fits_wildcard("@timestamp", pattern) && !event::fits_wildcard("timestamp", pattern))
        found.push_back(find("@timestamp"));
    return found;
}

bool Mapping::is_object(std::string_view name) const {
    const std::string prefix = std::string(name) + ".";
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const MappedField& field) { return field.name.starts_with(prefix); });
}

}  // namespace query::dsl
