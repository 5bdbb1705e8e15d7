#include "query/esql/reader.h"

#include <fmt/format.h>

#include <cmath>

#include "event/schema.h"

namespace query::esql {

namespace {

// Doubles are exact below it.
constexpr double exact_limit = 9007199254740992.0;

bool takes(Type type, event::Type stored) {
    switch (type) {
        case Type::boolean:
            return stored == event::Type::boolean;
        case Type::integer:
        case Type::whole:
            return stored == event::Type::integer;
        case Type::number:
            return stored == event::Type::integer || stored == event::Type::number;
        case Type::date:
            return stored == event::Type::timestamp;
        case Type::ip:
            return stored == event::Type::ip;
        case Type::keyword:
        case Type::text:
            return true;
        default:
            return false;
    }
}

std::string text_at(const event::Column& column, std::size_t at) {
    const Value value = value_at(column, at);
    if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
    if (const auto* time = std::get_if<Time>(&value)) return date_text(time->nanos);
    return text_of(value);
}

void add_value(Vector& to, const event::Column& column, std::size_t at) {
    switch (form_of(to.type())) {
        case Form::integers:
            return to.add_integer(column.integers[at]);
        case Form::numbers:
            return to.add_number(column.type == event::Type::number
                                     ? column.numbers[at]
                                     : static_cast<double>(column.integers[at]));
        case Form::addresses:
            return to.add_ip(column.ips[at]);
        case Form::texts:
            if (column.type == event::Type::string) return to.add_text(column.text(at));
            return to.add_text(text_at(column, at));
        case Form::none:
            return;
    }
}

// The columns of a name in step with the rows.
Vector values_of(const event::Batch& batch, std::string_view name, Type type) {
    struct Cursor {
        const event::Column* column;
        std::size_t at = 0;
    };
    std::vector<Cursor> cursors;
    for (const std::size_t position : batch.named(name)) {
        const event::Column& column = batch.columns()[position];
        if (takes(type, column.type)) cursors.push_back({&column});
    }
    Vector made(type);
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        for (Cursor& cursor : cursors) {
            while (cursor.at < cursor.column->size() && cursor.column->row_of(cursor.at) == row)
                add_value(made, *cursor.column, cursor.at++);
        }
        made.end_row();
    }
    return made;
}

Vector times_of(const event::Batch& batch) {
    Vector made(Type::date);
    for (const base::Nanos time : batch.time) {
        made.add_integer(time);
        made.end_row();
    }
    return made;
}

Vector ids_of(const event::Batch& batch) {
    Vector made(Type::keyword);
    for (std::uint32_t row = 0; row < batch.rows(); ++row) {
        made.add_text(row_id(batch, row));
        made.end_row();
    }
    return made;
}

}  // namespace

Page page_of(const event::Batch& batch, const Segment& segment) {
    Page page;
    page.rows = batch.rows();
    page.columns.resize(segment.slots);
    for (const Segment::Field& field : segment.fields) {
        page.columns[field.slot] = field.name == event::field::timestamp ? times_of(batch)
                                   : field.name == event::field::id
                                       ? ids_of(batch)
                                       : values_of(batch, field.name, field.type);
    }
    return page;
}

std::optional<Page> page_of_groups(const event::Batch& groups, const StoreStats& stats) {
    Page page;
    page.rows = groups.rows();
    page.columns.resize(stats.segment->slots);
    for (std::size_t at = 0; at < stats.aggregates.size(); ++at) {
        const std::string name = fmt::format("metric{}", at);
        const bool sum = stats.spec.metrics[at].operation == storage::Metric::Operation::sum;
        if (!sum || stats.aggregates[at] == Type::number) {
            page.columns[at] = values_of(groups, name, stats.aggregates[at]);
            continue;
        }
        const Vector sums = values_of(groups, name, Type::number);
        Vector whole(Type::whole);
        for (std::uint32_t row = 0; row < groups.rows(); ++row) {
            const auto [first, last] = sums.values_of(row);
            if (first < last) {
                if (!(std::abs(sums.number(first)) < exact_limit)) return std::nullopt;
                whole.add_integer(static_cast<std::int64_t>(sums.number(first)));
            }
            whole.end_row();
        }
        page.columns[at] = std::move(whole);
    }
    for (std::size_t at = 0; at < stats.keys.size(); ++at) {
        page.columns[stats.aggregates.size() + at] =
            values_of(groups, fmt::format("key{}", at), stats.keys[at]);
    }
    return page;
}

}  // namespace query::esql
