#include "query/field_kind.h"

#include "event/schema.h"

namespace query {

namespace {

constexpr std::string_view additional = "additional_data.";
constexpr std::string_view keyword_suffix = ".keyword";

FieldReference own_field(std::string_view name) {
    FieldReference field{std::string(name), FieldKind::text, event::Type::string};
    if (name == event::field::id || name == event::field::index) field.kind = FieldKind::keyword;
    if (name == event::field::shape || name == event::field::overflow)
        field.kind = FieldKind::secret;
    if (name == event::field::received) {
        field.kind = FieldKind::typed;
        field.type = event::Type::timestamp;
    }
    return field;
}

}  // namespace

FieldReference resolve_field(std::string_view name, const event::Catalog& catalog) {
    if (name.find('*') != std::string_view::npos) {
        if (name.starts_with(additional)) name.remove_prefix(additional.size());
        // A pattern of own fields would find the secret ones too.
        const FieldKind kind = name.starts_with('_') ? FieldKind::secret : FieldKind::text;
        return {std::string(name), kind, event::Type::string};
    }
    bool keyword = false;
    if (name.ends_with(keyword_suffix) && catalog.field(name) == nullptr) {
        name.remove_suffix(keyword_suffix.size());
        keyword = true;
    }
    name = event::unified_name(name);
    if (name == event::field::timestamp)
        return {std::string(name), FieldKind::time, event::Type::timestamp};
    if (name == event::field::level)
        return {std::string(name), FieldKind::level, event::Type::string};
    if (name.starts_with('_')) return own_field(name);
    FieldReference field{std::string(name), keyword ? FieldKind::keyword : FieldKind::text,
                         event::Type::string};
    const event::CatalogField* known = catalog.field(name);
    if (known == nullptr) return field;
    if (known->type != event::Type::string) {
        field.kind = FieldKind::typed;
        field.type = known->type;
    } else if (known->kind == event::FieldKind::id ||
               known->kind == event::FieldKind::enumeration) {
        field.kind = FieldKind::keyword;
    }
    return field;
}

}  // namespace query
