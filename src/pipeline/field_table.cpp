#include "pipeline/field_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/hash.h"
#include "event/json_string.h"
#include "event/schema.h"
#include "event/shape.h"
#include "pipeline/normalise_time.h"

namespace pipeline {

namespace {

constexpr std::string_view additional = "additional_data.";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr std::string_view own_columns[] = {
    event::field::id,       event::field::shape, event::field::violations, event::field::overflow,
    event::field::received, event::field::index, event::field::timestamp,
};

// Strings of the schema, whether the catalog lists them or not.
constexpr std::string_view schema_strings[] = {
    event::field::level,    event::field::service_name, event::field::event_type,
    event::field::order_id, event::field::user_id,      event::field::trace_id,
    event::field::span_id,  event::field::file_name,    event::field::queue_name,
    event::field::message,  event::field::environment,
};

// Fields in which the digits 0 to 7 are syslog's severities.
constexpr std::string_view syslog_fields[] = {"severity"};

bool is_one_of(std::string_view name, const auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// Names are bounded by control characters in shapes and in overflow: they cannot hold any.
void append_key(std::string_view key, std::string& out) {
    for (const char c : key) {
        if (static_cast<unsigned char>(c) < 0x20) {
            out.append(replacement);
        } else {
            out.push_back(c);
        }
    }
}

}  // namespace

FieldTable::FieldTable(const event::Catalog& catalog) : catalog_(catalog) { clear(); }

void FieldTable::clear() {
    by_key_.clear();
    fields_.clear();
    root_ = std::make_unique<Field>();
    root_->root = true;
}

Field* FieldTable::child(const Field& parent, std::string_view key) {
    // Children of fields that are not kept are not kept either.
    if (parent.kept) {
        scratch_.assign(reinterpret_cast<const char*>(&parent.number), sizeof(parent.number));
        scratch_.append(key);
        const auto found = by_key_.find(scratch_);
        if (found != by_key_.end()) return found->second;
    }
    if (parent.kept && !full()) {
        Field field;
        if (!place(parent, key, field)) return nullptr;
        field.number = static_cast<std::uint32_t>(fields_.size() + 1);
        fields_.push_back(std::move(field));
        by_key_.emplace(scratch_, &fields_.back());
        return &fields_.back();
    }
    while (passing_.size() <= parent.depth) passing_.emplace_back();
    Field field;
    if (!place(parent, key, field)) return nullptr;
    field.kept = false;
    passing_[parent.depth] = std::move(field);
    return &passing_[parent.depth];
}

bool FieldTable::place(const Field& parent, std::string_view key, Field& field) {
    if (event::unescape(key, unescaped_) == event::Unescaped::broken) return false;
    field.depth = parent.depth + 1;
    field.hash = base::hash_of(key) + parent.hash * 0x9E3779B97F4A7C15ULL + 1;
    field.too_long = parent.too_long || parent.path.size() + key.size() > longest_name;
    if (field.too_long) {
        field.column = fmt::format("long.{:016x}", field.hash);
        field.marker = event::leaf::name_begin + field.column + event::leaf::name_end;
        return true;
    }
    field.path = parent.path;
    field.name = parent.name;
    if (!parent.root) {
        field.path.push_back('.');
        field.name.push_back('.');
    }
    field.path.append(key);
    append_key(unescaped_, field.name);
    describe(field);
    if (field.column != field.path) {
        field.marker = event::leaf::name_begin + field.column + event::leaf::name_end;
    }
    return true;
}

void FieldTable::describe(Field& field) const {
    std::string_view plain = field.name;
    if (plain.starts_with(additional) && plain.size() > additional.size()) {
        plain.remove_prefix(additional.size());
    }
    if (const auto priority = time_priority(plain)) {
        field.role = Field::Role::time;
        field.time_priority = *priority;
        field.column = plain;
    } else {
        field.column = event::unified_name(field.name);
    }
    if (field.column.empty() || is_one_of(field.column, own_columns)) {
        field.column.insert(0, "client.");
    }
    if (field.column == event::field::level) {
        field.role = Field::Role::level;
        field.syslog_digits = is_one_of(plain, syslog_fields);
    }
    if (const event::CatalogField* known = catalog_.field(field.column)) {
        field.typed = true;
        field.wanted = known->type;
        field.personal = known->personal != event::PersonalData::none;
    } else if (is_one_of(field.column, schema_strings)) {
        field.typed = true;
    }
    field.fixed = field.typed;
}

}  // namespace pipeline
