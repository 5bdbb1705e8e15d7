#include "storage/field_values.h"

#include <optional>

#include "base/parse_number.h"
#include "event/overflow.h"
#include "event/schema.h"

namespace storage {

namespace {

using event::Column;
using event::Type;

void add_text(Column& column, std::uint32_t row, std::string_view text) {
    switch (column.type) {
        case Type::string:
            column.add_text(row, text);
            break;
        case Type::boolean:
            column.add_integer(row, text == "true" ? 1 : 0);
            break;
        case Type::number:
            if (const auto value = base::parse_number<double>(text)) column.add_number(row, *value);
            break;
        case Type::ip:
            if (const auto ip = event::Ip::parse(text)) column.add_ip(row, *ip);
            break;
        default:
            if (const auto value = base::parse_number<std::int64_t>(text))
                column.add_integer(row, *value);
    }
}

}  // namespace

base::Result<FieldValues> FieldValues::read(Block& block, std::string_view field) {
    FieldValues values;
    if (field == event::field::timestamp) {
        TRY(const auto times, block.time());
        values.make(field, Type::timestamp).integers.assign(times.begin(), times.end());
        return values;
    }
    if (field == event::field::index) {
        Column& column = values.make(field, Type::string);
        column.pool->intern(block.index());
        column.codes.assign(block.rows(), 0);
        return values;
    }
    TRY(const auto columns, block.columns(field));
    for (const Column* column : columns) {
        if (!column->empty()) values.columns_.push_back(column);
    }
    if (!field.starts_with('_')) {
        TRY(values.add_overflow(block, field));
    }
    return values;
}

base::Status FieldValues::add_overflow(Block& block, std::string_view field) {
    TRY(const auto columns, block.columns(event::field::overflow));
    for (const Column* column : columns) {
        if (column->type != Type::string) continue;
        for (std::size_t value = 0; value < column->size(); ++value) {
            const auto entry = event::read_overflow(column->text(value));
            if (entry && entry->name == field) {
                add_text(make(field, entry->type), column->row_of(value), entry->text);
            }
        }
    }
    return base::ok();
}

Column& FieldValues::make(std::string_view field, Type type) {
    for (const auto& column : made_) {
        if (column->type == type) return *column;
    }
    made_.push_back(std::make_unique<Column>(std::string(field), type));
    columns_.push_back(made_.back().get());
    return *made_.back();
}

}  // namespace storage
